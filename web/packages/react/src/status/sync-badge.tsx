// The badge in the app's bar: colour, icon and words. Opens the panel. Changes are read out.

import { useId } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useNow } from "../hooks/use-time.js";
import { usePanel } from "../panel/panel-state.js";
import { formatAgo } from "../present/format.js";
import { reasonSaid, SaidText } from "../present/said.js";
import { linkHealth } from "../store/store.js";
import { Icon, type IconName } from "../ui/icons.js";
import { type BadgeKind, badgeState } from "./badge-state.js";

const icons: Record<BadgeKind, IconName> = {
  starting: "clock",
  "service-lost": "alert",
  refused: "key",
  "signed-out": "key",
  "upgrade-needed": "alert",
  "other-cloud": "alert",
  standby: "clock",
  "needs-you": "alert",
  paused: "pause",
  offline: "offline",
  filling: "sync",
  syncing: "sync",
  checking: "sync",
  synced: "check",
};

interface SyncBadgeProps {
  /** What a click does. Default: opens or closes the SyncPanel of this provider. */
  onClick?: () => void;
  className?: string;
}

export function SyncBadge({ onClick, className = "" }: SyncBadgeProps) {
  const snapshot = useSnapshot();
  const { texts } = useSync();
  const panel = usePanel();
  const tipId = useId();
  const state = badgeState(snapshot.status, linkHealth(snapshot), texts);
  const reason = reasonSaid(snapshot.status, texts);
  const opensPanel = onClick === undefined;
  const also = state.alsoNeedsYou > 0 ? texts.badge.needsYou(state.alsoNeedsYou) : null;
  return (
    <span className={`sw sw-badge-place ${className}`}>
      <button
        ref={panel.opener}
        type="button"
        className={`sw-badge sw-tone-${state.tone}`}
        aria-describedby={tipId}
        aria-expanded={opensPanel ? panel.isOpen : undefined}
        aria-haspopup={opensPanel ? "dialog" : undefined}
        onClick={onClick ?? panel.toggle}
      >
        <span className={`sw-badge-icon sw-badge-${state.kind}`}>
          <Icon name={icons[state.kind]} size={16} />
        </span>
        <span className="sw-badge-words">{state.words}</span>
        {also !== null && (
          <span className="sw-badge-also">
            <Icon name="alert" size={14} /> {also}
          </span>
        )}
      </button>
      <span id={tipId} role="tooltip" className="sw-tooltip">
        <LastSynced />
        {reason !== null && (
          <span>
            <SaidText said={reason} />
          </span>
        )}
      </span>
      <span className="sw-hidden" aria-live="polite">
        {/* progress is not read out number by number */}
        {state.kind === "syncing" ? "" : state.words}
        {also === null ? "" : `, ${also}`}
      </span>
    </span>
  );
}

export function LastSynced() {
  const { status } = useSnapshot();
  const { texts, locale } = useSync();
  const now = useNow(15_000);
  const last = status?.lastSyncedAt ?? null;
  const words =
    last === null ? texts.badge.neverSynced : texts.badge.lastSynced(formatAgo(last, now, locale));
  return <span>{words}</span>;
}
