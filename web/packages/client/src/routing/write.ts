// Routed writes: the app's POST, PUT, PATCH and DELETE as mutations. Writes to one row go one after
// the other, in the order of the calls; each is answered when it is safe on this device's disk.

import type { CallOptions } from "../caller.js";
import type { EnqueueOptions } from "../enqueue.js";
import {
  createMutation,
  deleteMutation,
  entityOf,
  sameValue,
  storedValues,
  updateMutation,
} from "../mutations.js";
import { SyncProblem } from "../problem.js";
import type { Capabilities, EntityCapability, Row, Values } from "../types.js";
import { type Answer, answered, entryHeader, refuse, stateHeader } from "./answer.js";
import type { Inner } from "./inner.js";
import { idOf } from "./read.js";
import type { CreateRoute, DeleteRoute, GroupRoute, RoutedCall, UpdateRoute } from "./routes.js";

export interface Writer {
  create(route: CreateRoute, call: RoutedCall, options: CallOptions): Promise<Answer>;
  update(route: UpdateRoute, call: RoutedCall, options: CallOptions): Promise<Answer>;
  remove(route: DeleteRoute, call: RoutedCall, options: CallOptions): Promise<Answer>;
  group(route: GroupRoute, call: RoutedCall, options: CallOptions): Promise<Answer>;
}

export function createWriter(inner: Inner): Writer {
  const schema = createSchema(inner);
  const inTurn = createTurns();
  return {
    create: (route, call, options) => create(inner, schema, route, call, options),
    update: (route, call, options) =>
      inTurn(`${route.update} ${idOf(route, call)}`, () =>
        update(inner, schema, route, call, options),
      ),
    remove: (route, call, options) =>
      inTurn(`${route.delete} ${idOf(route, call)}`, () => remove(inner, route, call, options)),
    group: (route, call, options) => group(inner, schema, route, call, options),
  };
}

type Schema = (entityType: string) => Promise<{
  entity: EntityCapability | null;
  isCreate: (action: string) => boolean;
}>;

async function create(
  inner: Inner,
  schema: Schema,
  route: CreateRoute,
  call: RoutedCall,
  options: CallOptions,
): Promise<Answer> {
  const given = route.payload?.(call) ?? valuesOf(call);
  const { entity } = await schema(route.create);
  const values = storedValues(entity, given, new Date());
  const entityId = route.id?.(call);
  const mutation = createMutation(route.create, values, {
    ...(entityId === undefined ? {} : { entityId }),
    ...(route.action === undefined ? {} : { action: route.action }),
  });
  const accepted = await inner.sync.enqueue(mutation, enqueueOptions(route, call, options));
  const row = await rowAfter(inner, route.create, accepted.entityId, values, accepted.id, options);
  const body = route.answer === undefined ? row.values : await route.answer(row, call);
  return answered(route.status ?? 201, body, {
    location: `${call.path.replace(/\/+$/, "")}/${encodeURIComponent(accepted.entityId)}`,
    [stateHeader]: row.sync.state,
    [entryHeader]: String(accepted.id),
  });
}

async function update(
  inner: Inner,
  schema: Schema,
  route: UpdateRoute,
  call: RoutedCall,
  options: CallOptions,
): Promise<Answer> {
  const id = idOf(route, call);
  const current = await inner.readRow(route.update, id, options);
  const given = route.payload?.(call) ?? valuesOf(call);
  const { entity } = await schema(route.update);
  const values = storedValues(entity, given, null);
  const before = inner.seen.nearest(route.update, id, values) ?? current.values;
  const changes = changesOf(values, before, current.values);
  if (route.stale !== "overwrite") refuseStale(route.update, changes, before, current.values);
  let row = current;
  let entry: Record<string, string> = {};
  if (Object.keys(changes).length > 0) {
    const action = route.action === undefined ? {} : { action: route.action };
    const mutation = updateMutation(route.update, id, changes, action);
    const accepted = await inner.sync.enqueue(mutation, enqueueOptions(route, call, options));
    const after = { ...current.values, ...changes };
    row = await rowAfter(inner, route.update, id, after, accepted.id, options);
    entry = { [entryHeader]: String(accepted.id) };
  }
  inner.seen.show(route.update, [row]);
  const body = route.answer === undefined ? row.values : await route.answer(row, call);
  const usual = call.method === "POST" ? 202 : 200;
  return answered(route.status ?? usual, body, { [stateHeader]: row.sync.state, ...entry });
}

async function remove(
  inner: Inner,
  route: DeleteRoute,
  call: RoutedCall,
  options: CallOptions,
): Promise<Answer> {
  const action = route.action === undefined ? {} : { action: route.action };
  const mutation = deleteMutation(route.delete, idOf(route, call), action);
  const accepted = await inner.sync.enqueue(mutation, enqueueOptions(route, call, options));
  return answered(route.status ?? 204, undefined, {
    [stateHeader]: accepted.status === "SUCCESS" ? "synced" : "waiting",
    [entryHeader]: String(accepted.id),
  });
}

async function group(
  inner: Inner,
  schema: Schema,
  route: GroupRoute,
  call: RoutedCall,
  options: CallOptions,
): Promise<Answer> {
  const mutations = [];
  for (const mutation of await route.group(call)) {
    const { entity, isCreate } = await schema(mutation.entityType);
    const bornAt = isCreate(mutation.action) ? new Date() : null;
    const payload = storedValues(entity, mutation.payload, bornAt);
    mutations.push({ ...mutation, payload });
  }
  const accepted = await inner.sync.enqueueGroup(mutations, enqueueOptions(route, call, options));
  const settled = accepted.entries.every((entry) => entry.status === "SUCCESS");
  const body = route.answer === undefined ? accepted : await route.answer(accepted, call);
  return answered(route.status ?? 202, body, {
    [stateHeader]: settled ? "synced" : "waiting",
    [entryHeader]: accepted.entries.map((entry) => entry.id).join(","),
  });
}

/**
 * What the app changed: not what it only carries along from what it read, and not what the row
 * has by now anyway.
 */
function changesOf(values: Values, before: Values, current: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        !sameValue(value, before[name] ?? null) && !sameValue(value, current[name] ?? null),
    ),
  );
}

/** A field that changed under the app since it read the row is not overwritten unseen. */
function refuseStale(entityType: string, changes: Values, before: Values, current: Values): void {
  const stale = Object.keys(changes).filter(
    (name) => !sameValue(before[name] ?? null, current[name] ?? null),
  );
  if (stale.length === 0) return;
  throw refuse(
    409,
    "stale-write",
    `${entityType} has changed since it was read: ${stale.join(", ")}`,
    "Nothing was written. Read it again, and decide on what it says now.",
  );
}

function valuesOf(call: RoutedCall): Values {
  const { body } = call;
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw refuse(
    422,
    "invalid-body",
    `The body of ${call.method} ${call.path} is no object of fields`,
    "Nothing was written. Give the route a payload function.",
  );
}

function enqueueOptions(
  route: { waitSeconds?: number },
  call: RoutedCall,
  options: CallOptions,
): EnqueueOptions {
  const key = call.headers.get("idempotency-key");
  return {
    ...options,
    ...(key === null ? {} : { idempotencyKey: key }),
    ...(route.waitSeconds === undefined ? {} : { waitSeconds: route.waitSeconds }),
  };
}

/** The row as it is shown now. If it is gone again already, what was written. */
async function rowAfter(
  inner: Inner,
  entityType: string,
  entityId: string,
  written: Values,
  entryId: number,
  options: CallOptions,
): Promise<Row> {
  try {
    const row = await inner.readRow(entityType, entityId, options);
    inner.seen.show(entityType, [row]);
    return row;
  } catch (error) {
    if (!(error instanceof SyncProblem) || error.status !== 404) throw error;
    const sync = { state: "waiting" as const, entries: [entryId], version: null };
    return { entityId, values: written, sync };
  }
}

/** The tables' fields, asked for once, and again when a table is not among them. */
function createSchema(inner: Inner): Schema {
  let known: Promise<Capabilities> | null = null;
  const load = () => {
    const fresh = inner.sync.capabilities();
    known = fresh;
    fresh.catch(() => {
      if (known === fresh) known = null;
    });
    return fresh;
  };
  return async (entityType) => {
    let capabilities = await (known ?? load());
    if (entityOf(capabilities, entityType) === null) capabilities = await load();
    return {
      entity: entityOf(capabilities, entityType),
      isCreate: (action) =>
        capabilities.actions.some((own) => own.action === action && own.op === "create"),
    };
  };
}

/** Runs what has the same key one after the other. */
function createTurns(): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, run) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(run, run);
    last.set(key, turn);
    const clear = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(clear, clear);
    return turn;
  };
}
