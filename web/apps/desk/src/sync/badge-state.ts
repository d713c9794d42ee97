// The badge's state from the daemon's status. Pure, so that every combination can be tested.

import type { SyncStatus } from "@slipway/client";
import { texts } from "../texts";

export type BadgeKind =
  | "starting"
  | "service-lost"
  | "refused"
  | "signed-out"
  | "upgrade-needed"
  | "needs-you"
  | "paused"
  | "offline"
  | "syncing"
  | "checking"
  | "synced";

export type Tone = "good" | "busy" | "quiet" | "warn" | "bad";

/** "refused": the service runs and does not accept the key. */
export type LinkHealth = "fine" | "lost" | "refused";

export interface BadgeState {
  kind: BadgeKind;
  tone: Tone;
  words: string;
  /** Shown beside the words when something else comes first. */
  alsoNeedsYou: number;
}

const tones: Record<BadgeKind, Tone> = {
  starting: "quiet",
  "service-lost": "bad",
  refused: "bad",
  "signed-out": "bad",
  "upgrade-needed": "bad",
  "needs-you": "bad",
  paused: "warn",
  offline: "warn",
  syncing: "busy",
  checking: "busy",
  synced: "good",
};

export function isOffline(status: SyncStatus): boolean {
  return status.simulateOffline || status.connection === "offline";
}

/** What stops everything comes first, then what needs the user, then the course of things. */
export function badgeState(status: SyncStatus | null, link: LinkHealth): BadgeState {
  const make = (kind: BadgeKind, words: string): BadgeState => {
    const also = kind === "needs-you" ? 0 : (status?.needsYou ?? 0);
    return { kind, words, tone: tones[kind], alsoNeedsYou: also };
  };
  const badge = texts.badge;
  if (link === "refused") return make("refused", badge.refused);
  if (link === "lost") return make("service-lost", badge.serviceLost);
  if (status === null) return make("starting", badge.starting);
  if (status.connection === "signed-out") return make("signed-out", badge.signedOut);
  if (status.connection === "upgrade-needed") return make("upgrade-needed", badge.upgradeNeeded);
  if (isOffline(status)) return make("offline", badge.offline(status.waiting));
  if (status.paused || status.connection === "paused") {
    return make("paused", badge.paused(status.waiting));
  }
  if (status.needsYou > 0) return make("needs-you", badge.needsYou(status.needsYou));
  if (status.drain !== null && status.drain.total > 0) {
    return make("syncing", badge.syncing(status.drain.done, status.drain.total));
  }
  if (status.waiting > 0) return make("syncing", badge.syncingSome(status.waiting));
  if (status.connection === "history-changed") return make("checking", badge.historyChanged);
  if (status.connection === "probing") return make("checking", badge.probing);
  return make("synced", badge.synced);
}
