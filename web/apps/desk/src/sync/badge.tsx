// The badge in the bar: colour, icon and words. Opens the panel. Changes are read out.

import { locale, texts } from "../texts";
import { formatAgo } from "../freight/format";
import { Icon, type IconName } from "../ui/icons";
import { type BadgeKind, badgeState } from "./badge-state";
import { useNow, useSnapshot } from "./context";
import { linkHealth } from "./store";

const icons: Record<BadgeKind, IconName> = {
  starting: "clock",
  "service-lost": "alert",
  refused: "key",
  "signed-out": "key",
  "upgrade-needed": "alert",
  "needs-you": "alert",
  paused: "pause",
  offline: "offline",
  syncing: "sync",
  checking: "sync",
  synced: "check",
};

export function SyncBadge({ onOpen, open }: { onOpen: () => void; open: boolean }) {
  const snapshot = useSnapshot();
  const { status } = snapshot;
  const now = useNow(15_000);
  const state = badgeState(status, linkHealth(snapshot));
  const last = status?.lastSyncedAt ?? null;
  const lastText =
    last === null ? texts.badge.neverSynced : texts.badge.lastSynced(formatAgo(last, now, locale));
  const tooltip = [lastText, status?.reason].filter(Boolean).join("\n");
  return (
    <>
      <button
        type="button"
        className={`badge tone-${state.tone}`}
        title={tooltip}
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={onOpen}
      >
        <span className={`badge-icon badge-${state.kind}`}>
          <Icon name={icons[state.kind]} size={16} />
        </span>
        <span className="badge-words">{state.words}</span>
        {state.alsoNeedsYou > 0 && (
          <span className="badge-also">
            <Icon name="alert" size={14} /> {texts.badge.needsYou(state.alsoNeedsYou)}
          </span>
        )}
      </button>
      <span className="visually-hidden" aria-live="polite">
        {/* progress is not read out number by number */}
        {state.kind === "syncing" ? "" : state.words}
        {state.alsoNeedsYou > 0 ? `, ${texts.badge.needsYou(state.alsoNeedsYou)}` : ""}
      </span>
    </>
  );
}
