// The head of the panel: who syncs with whom, how far it is, and why it does not go on.

import { useSnapshot, useSync } from "../context.js";
import { formatWait } from "../present/format.js";
import { LastSynced } from "../status/sync-badge.js";
import { linkHealth } from "../store/store.js";
import { ProblemLine } from "../ui/problem.js";

export function PanelStatus() {
  const snapshot = useSnapshot();
  const { texts } = useSync();
  const { status, problem } = snapshot;
  const isLost = linkHealth(snapshot) !== "fine";
  return (
    <div className="sw-panel-status">
      {isLost && problem !== null && <ProblemLine problem={problem} />}
      {status !== null && (
        <>
          <p>
            <span className="sw-faint">{texts.panel.device}</span>{" "}
            <bdi>{status.deviceName ?? status.device.slice(0, 8)}</bdi>
            <span className="sw-faint"> · {texts.panel.cloud}</span>{" "}
            <bdi>{status.cloud.replace(/^\w+:\/\//, "")}</bdi>
          </p>
          <p className="sw-faint">
            <LastSynced />
            {status.held > 0 && <> · {texts.panel.held(status.held)}</>}
          </p>
          {status.reason !== null && (
            <p className="sw-faint" lang="en">
              {status.reason}
            </p>
          )}
          <Progress />
        </>
      )}
    </div>
  );
}

function Progress() {
  const { status, pace } = useSnapshot();
  const { texts, locale } = useSync();
  const drain = status?.drain ?? null;
  if (drain === null) return null;
  const words = texts.panel.progress(drain.done, drain.total);
  return (
    <div className="sw-progress">
      <progress aria-label={words} max={drain.total} value={drain.done} />
      <p>
        {words}
        {pace !== null && (
          <span className="sw-faint">
            {" · "}
            {texts.panel.pace(
              roundedRate(pace.perSecond, locale),
              formatWait(pace.secondsLeft * 1000),
            )}
          </span>
        )}
      </p>
    </div>
  );
}

/** Two figures are enough: 0.8, 12, 340. */
function roundedRate(perSecond: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(perSecond);
}
