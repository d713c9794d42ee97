// The head of the panel: who syncs with whom, how far it is, and why it does not go on.

import type { SyncStatus } from "@slipway/client";
import { useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { formatWait } from "../present/format.js";
import { reasonSaid, SaidText } from "../present/said.js";
import { LastSynced } from "../status/sync-badge.js";
import { linkHealth } from "../store/store.js";
import { Button } from "../ui/button.js";
import { Icon } from "../ui/icons.js";
import { ProblemLine } from "../ui/problem.js";
import { OtherCloudDialog } from "./other-cloud-dialog.js";
import { usePanel } from "./panel-state.js";

export function PanelStatus() {
  const snapshot = useSnapshot();
  const { texts } = useSync();
  const { status, problem } = snapshot;
  const reason = reasonSaid(status, texts);
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
          {reason !== null && (
            <p className="sw-faint">
              <SaidText said={reason} />
            </p>
          )}
          <Progress />
          <Notices status={status} />
        </>
      )}
    </div>
  );
}

/** What needs a look and is no entry: a cloud that was restored, or is another one. */
function Notices({ status }: { status: SyncStatus }) {
  const { texts } = useSync();
  const panel = usePanel();
  const [isAsking, setAsking] = useState(false);
  const { otherCloud } = status;
  return (
    <>
      {status.lost > 0 && (
        <div className="sw-note">
          <Icon name="alert" size={16} />
          <p>{texts.panel.lost(status.lost)}</p>
          <Button onClick={() => panel.setView({ kind: "lost" })}>{texts.panel.lostShow}</Button>
        </div>
      )}
      {otherCloud !== null && (
        <div className="sw-note">
          <Icon name="alert" size={16} />
          <p>{texts.banner.otherCloud}</p>
          <Button onClick={() => setAsking(true)}>{texts.otherCloud.look}</Button>
        </div>
      )}
      {isAsking && otherCloud !== null && (
        <OtherCloudDialog otherCloud={otherCloud} onClose={() => setAsking(false)} />
      )}
    </>
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
