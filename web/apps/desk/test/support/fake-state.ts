// The daemon's state as the desk sees it, in memory. It keeps promises only as far as the screens
// need them; the real rules are tested in C++.

import type { Entry, EntryStatus, Mutation, Row, SyncStatus, Values } from "@slipway/client";
import { entryStatuses } from "@slipway/client";
import { randomUUID } from "node:crypto";
import { seedTables, seedTime } from "./freight-seed";

const opOf = (action: string) =>
  action.startsWith("CREATE") ? "create" : action.startsWith("DELETE") ? "delete" : "update";

export function createFakeState() {
  const tables = seedTables();
  const entries: Entry[] = [];
  let nextId = 1;
  const flags = { simulateOffline: false, paused: false };
  const listeners = new Set<(event: string, body: unknown) => void>();
  const tell = (event: string, body: unknown) => listeners.forEach((l) => l(event, body));
  const table = (entityType: string) => {
    const found = tables.get(entityType) ?? new Map<string, Values>();
    tables.set(entityType, found);
    return found;
  };
  const isOpen = (entry: Entry) => entry.why !== null;
  const parked = (entry: Entry) => entry.status === "CONFLICT" || entry.status === "ERROR";

  const status = (): SyncStatus => {
    const counts = Object.fromEntries(
      entryStatuses.map((s) => [s, entries.filter((entry) => entry.status === s).length]),
    ) as Record<EntryStatus, number>;
    return {
      connection: flags.simulateOffline ? "offline" : flags.paused ? "paused" : "online",
      reason: null,
      ...flags,
      target: "slipway",
      cloud: "http://127.0.0.1:4800",
      device: "0c8f1a52-0000-4000-8000-000000000001",
      deviceName: "Hamburg",
      incarnation: "i1",
      generation: 0,
      counts,
      waiting: counts.PENDING + counts.PROCESSING,
      held: 0,
      needsYou: counts.CONFLICT + counts.ERROR,
      cursor: null,
      head: null,
      lastSyncedAt: new Date(Date.now() - 125_000).toISOString(),
      nextAttemptInMs: null,
      drain: null,
    };
  };

  const entryFor = (mutation: Mutation, group: { id: string; size: number } | null): Entry => {
    const { entityType, action, payload } = mutation;
    const entityId = mutation.entityId ?? randomUUID();
    const old = table(entityType).get(entityId) ?? {};
    const base = Object.fromEntries(Object.keys(payload).map((name) => [name, old[name] ?? null]));
    return {
      id: nextId++,
      clientRequestId: randomUUID(),
      entityType,
      entityId,
      action,
      op: opOf(action),
      status: "PENDING",
      groupId: group?.id ?? null,
      payload,
      errorMessage: null,
      attempts: 0,
      createdAt: new Date().toISOString(),
      updatedAt: new Date().toISOString(),
      incarnation: "i1",
      number: nextId,
      base,
      baseVersions: {},
      dependsOn: [],
      groupSize: group?.size ?? null,
      lanePosition: 1,
      supersedes: null,
      rootId: null,
      sentAt: null,
      nextAttemptAt: null,
      receipt: null,
      receiptSeq: null,
      conflict: null,
      voidState: null,
      why: flags.simulateOffline
        ? { code: "offline", text: "Waits for the network", behind: null, nextAttemptInMs: null }
        : { code: "ready", text: "Goes out next", behind: null, nextAttemptInMs: null },
    };
  };

  const changed = (list: Entry[]) => {
    const rows = list.map(({ entityType, entityId }) => ({ entityType, entityId }));
    tell("queue", { entries: list });
    tell("data", { rows, more: false });
    tell("status", status());
  };

  const settle = () => {
    if (flags.simulateOffline || flags.paused) return;
    const done = entries.filter((entry) => entry.status === "PENDING");
    for (const entry of done) Object.assign(entry, { status: "SUCCESS", attempts: 1, why: null });
    if (done.length > 0) changed(done);
  };

  return {
    status,
    entries,
    isOpen,
    parked,
    subscribe: (listener: (event: string, body: unknown) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setFlags: (part: Partial<typeof flags>) => {
      Object.assign(flags, part);
      tell("status", status());
      setTimeout(settle, 50);
    },
    enqueue: (mutations: Mutation[], grouped: boolean) => {
      const group = grouped ? { id: randomUUID(), size: mutations.length } : null;
      const made = mutations.map((mutation) => entryFor(mutation, group));
      for (const entry of made) {
        const rows = table(entry.entityType);
        if (entry.op === "delete") rows.delete(entry.entityId);
        else rows.set(entry.entityId, { ...rows.get(entry.entityId), ...entry.payload });
      }
      entries.push(...made);
      changed(made);
      setTimeout(settle, 600);
      return made;
    },
    discard: (entry: Entry, dryRun: boolean) => {
      const old = table(entry.entityType).get(entry.entityId) ?? {};
      const values = entry.op === "create" ? null : { ...old, ...entry.base };
      if (!dryRun) {
        Object.assign(entry, { status: "DISCARDED", why: null });
        if (values === null) table(entry.entityType).delete(entry.entityId);
        else table(entry.entityType).set(entry.entityId, values);
        changed([entry]);
      }
      const { entityType, entityId } = entry;
      return { dryRun, entries: [entry], rows: [{ entityType, entityId, values }] };
    },
    rowOf: (entityType: string, entityId: string): Row | null => {
      const values = table(entityType).get(entityId);
      if (values === undefined) return null;
      const own = entries.filter((e) => isOpen(e) && e.entityId === entityId);
      const state = own.some(parked) ? "needs-you" : own.length > 0 ? "waiting" : "synced";
      return { entityId, values, sync: { state, entries: own.map((e) => e.id), version: null } };
    },
    idsOf: (entityType: string) => [...table(entityType).keys()],
    /** As if the cloud had refused this write: another desk was there first. */
    park: (mutation: Mutation, server: Values | null, who: string) => {
      const entry = entryFor(mutation, null);
      Object.assign(entry, {
        status: "CONFLICT",
        attempts: 1,
        errorMessage: "changed elsewhere",
        why: { code: "conflict", text: "Needs you", behind: null, nextAttemptInMs: null },
        conflict: {
          reason: server === null ? "deleted" : "changed",
          fields: Object.keys(mutation.payload),
          base: entry.base,
          local: mutation.payload,
          server,
          version: { seq: 12, salt: "9f3c000000000000" },
          who,
          when: seedTime,
          culprit: null,
        },
      });
      entries.push(entry);
      return entry;
    },
    /** Any other state that a screen should be looked at in. */
    push: (mutation: Mutation, part: Partial<Entry>) => {
      const entry = Object.assign(entryFor(mutation, null), part);
      entries.push(entry);
      return entry;
    },
  };
}

export type FakeState = ReturnType<typeof createFakeState>;
