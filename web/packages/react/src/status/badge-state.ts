// The badge's state from the daemon's status. Pure, so that every combination can be tested.

import type { SyncStatus } from "@slipway/client";
import type { LinkHealth } from "../store/store.js";
import type { Texts } from "../texts/en.js";

export type BadgeKind =
  | "starting"
  | "service-lost"
  | "refused"
  | "signed-out"
  | "upgrade-needed"
  | "other-cloud"
  | "standby"
  | "needs-you"
  | "paused"
  | "offline"
  | "filling"
  | "syncing"
  | "checking"
  | "synced";

export type Tone = "good" | "busy" | "quiet" | "warn" | "bad";

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
  "other-cloud": "bad",
  standby: "quiet",
  "needs-you": "bad",
  paused: "warn",
  offline: "warn",
  filling: "busy",
  syncing: "busy",
  checking: "busy",
  synced: "good",
};

export function isOffline(status: SyncStatus): boolean {
  return status.simulateOffline || status.connection === "offline";
}

/** What stops everything comes first, then what needs the user, then the course of things. */
export function badgeKind(status: SyncStatus | null, link: LinkHealth): BadgeKind {
  if (link === "refused") return "refused";
  if (link === "lost") return "service-lost";
  if (status === null) return "starting";
  if (status.connection === "signed-out") return "signed-out";
  if (status.connection === "upgrade-needed") return "upgrade-needed";
  if (status.connection === "other-cloud") return "other-cloud";
  // A service that shares its database with another one, which does the syncing.
  if (status.connection === "standby") return "standby";
  if (isOffline(status)) return "offline";
  if (status.paused || status.connection === "paused") return "paused";
  if (status.needsYou > 0) return "needs-you";
  // Nothing is sent until everything has come.
  if (status.fullPull !== null) return "filling";
  if (status.drain !== null || status.waiting > 0) return "syncing";
  return status.connection === "online" ? "synced" : "checking";
}

export function badgeState(status: SyncStatus | null, link: LinkHealth, texts: Texts): BadgeState {
  const kind = badgeKind(status, link);
  const needsYou = status?.needsYou ?? 0;
  return {
    kind,
    tone: tones[kind],
    words: wordsFor(kind, status, texts),
    alsoNeedsYou: kind === "needs-you" ? 0 : needsYou,
  };
}

function wordsFor(kind: BadgeKind, status: SyncStatus | null, { badge }: Texts): string {
  const waiting = (status?.waiting ?? 0) + (status?.held ?? 0);
  switch (kind) {
    case "starting":
      return badge.starting;
    case "service-lost":
      return badge.serviceLost;
    case "refused":
      return badge.refused;
    case "signed-out":
      return badge.signedOut;
    case "upgrade-needed":
      return badge.upgradeNeeded;
    case "other-cloud":
      return badge.otherCloud;
    case "standby":
      return badge.standby;
    case "needs-you":
      return badge.needsYou(status?.needsYou ?? 0);
    case "paused":
      return badge.paused(waiting);
    case "offline":
      return badge.offline(waiting);
    case "filling":
      return badge.filling(status?.fullPull?.done ?? 0, status?.fullPull?.total ?? 0);
    case "syncing":
      return status?.drain == null
        ? badge.syncingSome(status?.waiting ?? 0)
        : badge.syncing(status.drain.done, status.drain.total);
    case "checking":
      return checkingWords(status, badge);
    case "synced":
      return badge.synced;
  }
}

function checkingWords(status: SyncStatus | null, badge: Texts["badge"]): string {
  if (status?.connection === "history-changed") return badge.historyChanged;
  return status?.connection === "busy" ? badge.busy : badge.probing;
}
