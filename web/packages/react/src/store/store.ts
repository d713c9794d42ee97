// The page's picture of the daemon: its status, whether it answers, what it can do, and a count per
// entity type that rises when rows of it changed. Fed by the live stream; changes are told to the
// screens in small batches.

import {
  type Capabilities,
  type LinkState,
  type SyncClient,
  type SyncEvent,
  type SyncProblem,
  type SyncStatus,
} from "@slipway/client";
import { createDecisions, type Decisions, type PendingDecision } from "./decisions.js";
import { type Pace, paceOf, type Sample, sampled } from "./pace.js";

const batchMs = 80; // a drain of hundreds of entries redraws a dozen times, not hundreds

export interface Snapshot {
  status: SyncStatus | null;
  link: "connecting" | "open" | "lost";
  /** Why the link is lost. */
  problem: SyncProblem | null;
  capabilities: Capabilities | null;
  pace: Pace | null;
  decisions: readonly PendingDecision[];
  /** Rises with every change of the queue. */
  queueTick: number;
  /** Rises per entity type; under "*" with a change that names no rows. */
  dataTicks: Readonly<Record<string, number>>;
}

/** "refused": the service runs and does not accept the token. */
export type LinkHealth = "fine" | "lost" | "refused";

export function linkHealth({ link, problem }: Pick<Snapshot, "link" | "problem">): LinkHealth {
  if (link !== "lost") return "fine";
  return problem?.status === 401 || problem?.status === 403 ? "refused" : "lost";
}

export type DecisionFailed = (decision: PendingDecision, problem: SyncProblem) => void;

export interface SyncStore {
  getSnapshot: () => Snapshot;
  subscribe: (listener: () => void) => () => void;
  /** Takes a status that an own call brought back, ahead of the stream. */
  takeStatus: (status: SyncStatus) => void;
  decisions: Decisions;
  onDecisionFailed: (listener: DecisionFailed) => () => void;
  start: () => () => void;
}

/** What an older service does not say yet. */
const unsaid = {
  reason: null,
  live: false,
  held: 0,
  lost: 0,
  otherCloud: null,
  drain: null,
  fullPull: null,
  scope: null,
  lastSyncedAt: null,
  nextAttemptInMs: null,
} satisfies Partial<SyncStatus>;

const atFirst: Snapshot = {
  status: null,
  link: "connecting",
  problem: null,
  capabilities: null,
  pace: null,
  decisions: [],
  queueTick: 0,
  dataTicks: {},
};

export function createSyncStore(client: SyncClient): SyncStore {
  const { latest, change, changeNow, getSnapshot, subscribe } = createBatches();
  const failureListeners = new Set<DecisionFailed>();
  let samples: readonly Sample[] = [];
  let running = new AbortController();

  const decisions = createDecisions(
    () => changeNow({ decisions: decisions.list() }),
    (decision, problem) => failureListeners.forEach((listener) => listener(decision, problem)),
  );
  const bump = (types: Iterable<string>) => {
    const ticks = { ...latest().dataTicks };
    for (const type of types) ticks[type] = (ticks[type] ?? 0) + 1;
    change({ dataTicks: ticks });
  };
  let loading: symbol | null = null;
  const loadCapabilities = () => {
    const { signal } = running;
    const own = Symbol("a load");
    loading = own;
    const end = (capabilities: Capabilities | null) => {
      if (loading !== own) return; // a later one is under way
      loading = null;
      if (capabilities !== null && !signal.aborted) change({ capabilities });
    };
    client.capabilities({ signal }).then(end, () => end(null)); // the link says who is silent
  };
  const takeActions = (actions: Capabilities["actions"]) => {
    const { capabilities } = latest();
    // What is being loaded may be older than what was told just now.
    if (loading !== null || capabilities === null) loadCapabilities();
    else change({ capabilities: { ...capabilities, actions } });
  };
  const takeStatus = (told: SyncStatus) => {
    const status: SyncStatus = { ...unsaid, ...told };
    // What waits for the connection says nothing of the pace.
    const drain = status.connection === "online" ? status.drain : null;
    samples = sampled(samples, drain, performance.now());
    change({ status, pace: paceOf(samples) });
  };
  const onEvent = (event: SyncEvent) => {
    if (event.type === "status") return takeStatus(event.status);
    if (event.type === "actions") return takeActions(event.actions);
    if (event.type === "queue") {
      change({ queueTick: latest().queueTick + 1 });
      return bump(event.more ? ["*"] : new Set(event.entries.map((entry) => entry.entityType)));
    }
    bump(event.more ? ["*"] : new Set(event.rows.map((row) => row.entityType)));
  };
  const onLink = (link: LinkState) => {
    if (link.state === "open") {
      // Events may have passed while nobody listened: look at everything again.
      decisions.forgetSent();
      change({ link: "open", problem: null, queueTick: latest().queueTick + 1 });
      bump(["*"]);
      loadCapabilities(); // a service that comes back may have a newer schema
    } else if (link.state === "lost") {
      samples = [];
      change({ link: "lost", problem: link.problem, pace: null });
    }
  };

  return {
    getSnapshot,
    subscribe,
    takeStatus,
    decisions,
    onDecisionFailed: (listener) => {
      failureListeners.add(listener);
      return () => failureListeners.delete(listener);
    },
    start: () => {
      running = new AbortController();
      const { signal } = running;
      const stop = client.events(onEvent, { onLink, signal });
      const leave = () => decisions.flush();
      globalThis.addEventListener?.("pagehide", leave);
      return () => {
        globalThis.removeEventListener?.("pagehide", leave);
        stop();
      };
    },
  };
}

/** A snapshot whose changes are gathered before the listeners hear of them. */
function createBatches() {
  let snapshot = atFirst;
  let pending: Partial<Snapshot> = {};
  let timer: ReturnType<typeof setTimeout> | null = null;
  const listeners = new Set<() => void>();
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    snapshot = { ...snapshot, ...pending };
    pending = {};
    for (const listener of listeners) listener();
  };
  return {
    getSnapshot: () => snapshot,
    latest: (): Snapshot => ({ ...snapshot, ...pending }),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    change: (part: Partial<Snapshot>) => {
      pending = { ...pending, ...part };
      timer ??= setTimeout(flush, batchMs);
    },
    changeNow: (part: Partial<Snapshot>) => {
      pending = { ...pending, ...part };
      flush();
    },
  };
}
