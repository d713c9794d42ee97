// How syncing stands, in the words of a screen.

import type { Connection, SyncProblem, SyncStatus } from "@slipway/client";
import { useSnapshot } from "../context.js";
import { badgeKind, type BadgeKind, isOffline } from "../status/badge-state.js";
import { linkHealth, type LinkHealth } from "../store/store.js";

export interface SyncState {
  /** What the badge shows: "synced", "syncing", "offline", "needs-you" … */
  state: BadgeKind;
  /** Entries that wait to be sent, held ones included. */
  pending: number;
  /** Those of them that stand behind an entry that needs the user. */
  held: number;
  /** Conflicts and refusals that wait for a decision. */
  needsYou: number;
  lastSyncedAt: string | null;
  isOffline: boolean;
  connection: Connection | null;
  /** Why the connection is as it is, for people; null when all is well. */
  reason: string | null;
  /** A drain under way; the pace is there once it can be told. */
  drain: {
    done: number;
    total: number;
    perSecond: number | null;
    secondsLeft: number | null;
  } | null;
  /** Whether this page reaches the service on this machine. */
  link: LinkHealth;
  linkProblem: SyncProblem | null;
  /** The service's own answer; null until the first one. */
  status: SyncStatus | null;
}

export function useSyncStatus(): SyncState {
  const snapshot = useSnapshot();
  const { status, pace, problem } = snapshot;
  const link = linkHealth(snapshot);
  const drain = status?.drain ?? null;
  return {
    state: badgeKind(status, link),
    pending: (status?.waiting ?? 0) + (status?.held ?? 0),
    held: status?.held ?? 0,
    needsYou: status?.needsYou ?? 0,
    lastSyncedAt: status?.lastSyncedAt ?? null,
    isOffline: status !== null && isOffline(status),
    connection: status?.connection ?? null,
    reason: status?.reason ?? null,
    drain:
      drain === null
        ? null
        : {
            ...drain,
            perSecond: pace?.perSecond ?? null,
            secondsLeft: pace?.secondsLeft ?? null,
          },
    link,
    linkProblem: problem,
    status,
  };
}
