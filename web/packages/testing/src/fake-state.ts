// The daemon's state in memory: enough to look at every screen without the daemon. It keeps promises
// only as far as the screens need them; the real rules are tested in C++.

import {
  type CompactEntry,
  type Entry,
  entryStatuses,
  type EntryStatus,
  type LostRow,
  type Mutation,
  type Row,
  type SyncEvent,
  type SyncStatus,
  type Values,
  type Version,
  type Why,
} from "@slipway/client";
import { type Actions, describeTables, opOf, type Tables } from "./schema.js";

export type Tell = (event: SyncEvent) => void;

export interface FakeOptions {
  tables: Tables;
  /** Actions besides the three of every type, and which of all need the cloud (`requires: "online"`). */
  actions?: Actions;
  /** How long a write waits for the cloud; null: until settle() is called. */
  settleAfterMs?: number | null;
  now?: () => Date;
}

export type FakeState = ReturnType<typeof createFakeState>;

const waits: Record<"ready" | "offline" | "paused" | "conflict" | "error", Why> = {
  ready: { code: "ready", text: "Goes out next", behind: null, root: null, nextAttemptInMs: null },
  offline: {
    code: "offline",
    text: "Waits for the network",
    behind: null,
    root: null,
    nextAttemptInMs: null,
  },
  paused: {
    code: "paused",
    text: "Syncing is paused",
    behind: null,
    root: null,
    nextAttemptInMs: null,
  },
  conflict: {
    code: "conflict",
    text: "You decide",
    behind: null,
    root: null,
    nextAttemptInMs: null,
  },
  error: { code: "error", text: "You decide", behind: null, root: null, nextAttemptInMs: null },
};

export function createFakeState(options: FakeOptions) {
  const { tables, actions = {}, settleAfterMs = 400 } = options;
  const now = () => (options.now?.() ?? new Date()).toISOString().replace("Z", "+00:00");
  const entries: Entry[] = [];
  const lost: LostRow[] = [];
  const movedTo = new Map<number, { values: Values; version: Version }>();
  const listeners = new Set<Tell>();
  const flags = { simulateOffline: false, paused: false };
  let overrides: Partial<SyncStatus> = {};

  const tell: Tell = (event) => listeners.forEach((listener) => listener(event));
  const table = (entityType: string) => {
    const found = tables.get(entityType) ?? new Map<string, Values>();
    tables.set(entityType, found);
    return found;
  };
  const isOpen = (entry: Entry) => entry.why !== null;
  const isParked = (entry: Entry) => entry.status === "CONFLICT" || entry.status === "ERROR";
  const isStopped = () => flags.simulateOffline || flags.paused;
  /** Why the cloud does not answer now; null: it does. */
  const away = () =>
    flags.simulateOffline
      ? "“Simulate offline” is switched on."
      : flags.paused
        ? "Syncing is paused."
        : null;
  const needsCloud = (action: string) => actions[action]?.requires === "online";

  const status = (): SyncStatus => {
    const counts = Object.fromEntries(entryStatuses.map((s) => [s, 0])) as Record<
      EntryStatus,
      number
    >;
    for (const entry of entries) counts[entry.status] += 1;
    return {
      connection: flags.simulateOffline ? "offline" : flags.paused ? "paused" : "online",
      reason: flags.simulateOffline ? "Offline is being simulated" : null,
      ...flags,
      live: !isStopped(),
      target: "slipway",
      cloud: "https://cloud.example",
      device: "0c8f1a52-0000-4000-8000-000000000001",
      deviceName: "Hamburg",
      incarnation: "0c8f1a52-0000-4000-8000-000000000002",
      generation: 0,
      counts,
      waiting: counts.PENDING + counts.PROCESSING + counts.DISCARDING,
      held: 0,
      needsYou: counts.CONFLICT + counts.ERROR,
      lost: lost.length,
      otherCloud: null,
      cursor: null,
      head: null,
      lastSyncedAt: now(),
      nextAttemptInMs: null,
      drain: null,
      fullPull: null,
      scope: null,
      ...overrides,
    };
  };

  const changed = (list: readonly Entry[]) => {
    const rows = list.map(({ entityType, entityId }) => ({ entityType, entityId }));
    tell({ type: "queue", entries: list.map(eventEntry), more: false });
    tell({ type: "data", rows, more: false });
    tell({ type: "status", status: status() });
  };

  const makeEntry = (mutation: Mutation, group: { id: string; size: number } | null): Entry => {
    const { entityType, action, payload } = mutation;
    const entityId = String(mutation.entityId ?? payload["id"] ?? crypto.randomUUID());
    const old = table(entityType).get(entityId) ?? {};
    const number = entries.length + 1;
    const clientRequestId = crypto.randomUUID();
    return {
      id: number,
      clientRequestId,
      entityType,
      entityId,
      action,
      op: opOf(actions, action, entityType),
      status: "PENDING",
      groupId: group?.id ?? null,
      payload,
      errorMessage: null,
      attempts: 0,
      createdAt: now(),
      updatedAt: now(),
      incarnation: "0c8f1a52-0000-4000-8000-000000000002",
      number,
      base: Object.fromEntries(Object.keys(payload).map((name) => [name, old[name] ?? null])),
      baseVersions: { "*": null },
      dependsOn: [],
      groupSize: group?.size ?? 1,
      lanePosition: number,
      supersedes: null,
      rootId: clientRequestId,
      sentAt: null,
      nextAttemptAt: null,
      receipt: null,
      receiptSeq: null,
      conflict: null,
      carried: [],
      culprit: null,
      holds: 0,
      voidState: null,
      why: flags.simulateOffline ? waits.offline : flags.paused ? waits.paused : waits.ready,
    };
  };

  const apply = (entry: Entry) => {
    const rows = table(entry.entityType);
    if (entry.op === "delete") rows.delete(entry.entityId);
    else if (entry.op === "create") {
      rows.set(entry.entityId, { id: entry.entityId, ...entry.payload });
    } else rows.set(entry.entityId, { ...rows.get(entry.entityId), ...entry.payload });
  };

  const settle = () => {
    if (isStopped()) return;
    const done = entries.filter((entry) => entry.status === "PENDING");
    for (const entry of done) Object.assign(entry, { status: "SUCCESS", attempts: 1, why: null });
    if (done.length > 0) changed(done);
  };
  // What needs the cloud and was not sent is not kept for later.
  const isUnsentNeed = (entry: Entry) => entry.status === "PENDING" && needsCloud(entry.action);
  const park = (entry: Entry) =>
    Object.assign(entry, {
      status: "ERROR",
      errorMessage: "It needs the cloud, which went away before this was sent.",
      why: waits.error,
    });
  const settleSoon = () => {
    if (settleAfterMs !== null) setTimeout(settle, settleAfterMs);
  };

  const rowOf = (entityType: string, entityId: string): Row | null => {
    const values = table(entityType).get(entityId);
    if (values === undefined) return null;
    const own = entries.filter((e) => isOpen(e) && e.entityId === entityId);
    const state = own.some(isParked) ? "needs-you" : own.length > 0 ? "waiting" : "synced";
    return { entityId, values, sync: { state, entries: own.map((e) => e.id), version: null } };
  };

  return {
    entries,
    lost,
    table,
    status,
    isOpen,
    isParked,
    rowOf,
    settle,
    away,
    needsCloud,
    capabilities: () => describeTables(tables, actions, away()),
    idsOf: (entityType: string) => [...table(entityType).keys()],
    subscribe: (listener: Tell) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Whatever a screen should be looked at with: a drain under way, a signed-out cloud … */
    setStatus: (part: Partial<SyncStatus>) => {
      overrides = { ...overrides, ...part };
      tell({ type: "status", status: status() });
    },
    setFlags: (part: Partial<typeof flags>) => {
      Object.assign(flags, part);
      const parked = isStopped() ? entries.filter(isUnsentNeed) : [];
      for (const entry of parked) park(entry);
      for (const entry of entries) {
        if (entry.status !== "PENDING") continue;
        entry.why = flags.simulateOffline
          ? waits.offline
          : flags.paused
            ? waits.paused
            : waits.ready;
      }
      if (parked.length > 0) changed(parked);
      else tell({ type: "status", status: status() });
      tell({ type: "actions", actions: describeTables(tables, actions, away()).actions });
      settleSoon();
    },
    enqueue: (mutations: readonly Mutation[], grouped: boolean): Entry[] => {
      const group = grouped ? { id: crypto.randomUUID(), size: mutations.length } : null;
      const made = mutations.map((mutation) => {
        const entry = makeEntry(mutation, group);
        entries.push(entry);
        apply(entry);
        return entry;
      });
      changed(made);
      settleSoon();
      return made;
    },
    /** An entry that takes another one's place; its row has been written already. */
    append: (mutation: Mutation, part: Partial<Entry>): Entry => {
      const entry = Object.assign(makeEntry(mutation, null), part);
      entries.push(entry);
      settleSoon();
      return entry;
    },
    tellChanged: changed,
    /** Of a create: what was written to its row since. */
    dependantsOf: (entry: Entry): Entry[] =>
      entry.op === "create"
        ? entries.filter((e) => e !== entry && isOpen(e) && e.entityId === entry.entityId)
        : [],
    /** The cloud's row, where it differs from what is shown here. */
    serverOf: (entry: Entry): Values | null => {
      const moved = movedTo.get(entry.id);
      if (moved !== undefined) return moved.values;
      const server = entry.conflict?.server;
      return server == null
        ? null
        : { ...rowOf(entry.entityType, entry.entityId)?.values, ...server };
    },
    currentVersion: (entry: Entry): Version | null =>
      movedTo.get(entry.id)?.version ?? entry.conflict?.version ?? null,
    /** Another desk changes the row once more while the conflict waits here. */
    moveOn: (entry: Entry, values: Values) => {
      const seq = (entry.conflict?.version?.seq ?? 0) + movedTo.size + 1;
      movedTo.set(entry.id, { values, version: { seq, salt: "9f3c000000000001" } });
      const { entityType, entityId } = entry;
      tell({ type: "data", rows: [{ entityType, entityId }], more: false });
    },
    /** As if the cloud had refused this write: another desk was there first. */
    park: (mutation: Mutation, server: Values | null, who: string): Entry => {
      const entry = makeEntry(mutation, null);
      const { payload, base } = entry;
      const moved = Object.keys(payload).filter((name) => server?.[name] !== payload[name]);
      Object.assign(entry, {
        status: "CONFLICT",
        attempts: 1,
        errorMessage: "changed elsewhere",
        why: waits.conflict,
        conflict: {
          reason: server === null ? "deleted" : "changed",
          fields: moved,
          base,
          local: payload,
          server,
          version: { seq: 12, salt: "9f3c000000000000" },
          who,
          when: "2026-11-22T09:00:00.000+00:00",
        },
      });
      entries.push(entry);
      apply(entry);
      changed([entry]);
      return entry;
    },
    /** Any other state that a screen should be looked at in. */
    push: (mutation: Mutation, part: Partial<Entry>): Entry => {
      const entry = Object.assign(makeEntry(mutation, null), part);
      entries.push(entry);
      return entry;
    },
  };
}

export function compact(entry: Entry): CompactEntry {
  const { id, clientRequestId, entityType, entityId, action, op, status, groupId } = entry;
  return { id, clientRequestId, entityType, entityId, action, op, status, groupId };
}

function eventEntry({ id, status, entityType, entityId }: Entry) {
  return { id, status, entityType, entityId };
}
