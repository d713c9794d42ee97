// The desk's picture of the daemon: its status, whether it answers, and a count per entity type
// that rises when rows of it changed. Fed by the live stream; changes are told in small batches.

import { type LinkState, type SyncClient, SyncProblem, type SyncStatus } from "@slipway/client";
import type { LinkHealth } from "./badge-state";

const batchMs = 80; // a drain of hundreds of entries redraws a dozen times, not hundreds

export interface Snapshot {
  status: SyncStatus | null;
  link: "connecting" | "open" | "lost";
  problem: SyncProblem | null;
  /** Rises with every change of the queue. */
  queueTick: number;
  /** Rises per entity type; under "*" with a change that names no rows. */
  dataTicks: Readonly<Record<string, number>>;
}

export function linkHealth({ link, problem }: Snapshot): LinkHealth {
  if (link !== "lost") return "fine";
  return problem?.status === 401 || problem?.status === 403 ? "refused" : "lost";
}

export interface SyncStore {
  getSnapshot: () => Snapshot;
  subscribe: (listener: () => void) => () => void;
  /** Takes a status that an own call brought back, ahead of the stream. */
  takeStatus: (status: SyncStatus) => void;
  start: () => () => void;
}

export function createSyncStore(client: SyncClient): SyncStore {
  let snapshot: Snapshot = {
    status: null,
    link: "connecting",
    problem: null,
    queueTick: 0,
    dataTicks: {},
  };
  let pending: Partial<Snapshot> = {};
  let timer: ReturnType<typeof setTimeout> | null = null;
  const listeners = new Set<() => void>();

  const flush = () => {
    timer = null;
    snapshot = { ...snapshot, ...pending };
    pending = {};
    for (const listener of listeners) listener();
  };
  const change = (part: Partial<Snapshot>) => {
    pending = { ...pending, ...part };
    timer ??= setTimeout(flush, batchMs);
  };
  const latest = () => ({ ...snapshot, ...pending });
  const bump = (types: Iterable<string>) => {
    const ticks = { ...latest().dataTicks };
    for (const type of types) ticks[type] = (ticks[type] ?? 0) + 1;
    change({ dataTicks: ticks });
  };

  const onLink = (link: LinkState) => {
    if (link.state === "open") {
      // Events may have passed while nobody listened: look at everything again.
      change({ link: "open", problem: null, queueTick: latest().queueTick + 1 });
      bump(["*"]);
    } else if (link.state === "lost") {
      change({ link: "lost", problem: link.problem });
    }
  };

  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    takeStatus: (status) => change({ status }),
    start: () =>
      client.events(
        (event) => {
          if (event.type === "status") change({ status: event.status });
          else if (event.type === "queue") {
            change({ queueTick: latest().queueTick + 1 });
            bump(new Set(event.entries.map((entry) => entry.entityType)));
          } else bump(event.more ? ["*"] : new Set(event.rows.map((row) => row.entityType)));
        },
        { onLink },
      ),
  };
}
