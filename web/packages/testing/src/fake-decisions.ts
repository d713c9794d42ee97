// What a person decides about entries, in memory: closes, appends, and says what would be. Simpler than
// the real rules (no groups beyond a discard, no chains of dependants), the same in form.

import type {
  CompactEntry,
  Decision,
  Entry,
  Mutation,
  Op,
  Resolution,
  Values,
} from "@slipway/client";
import { type FakeAnswer, fakeProblem } from "./fake-problem.js";
import { refusedNeed } from "./fake-need.js";
import { compact, type FakeState } from "./fake-state.js";

export interface DecisionRequest {
  kind: string;
  entry: Entry;
  dryRun: boolean;
  body: Record<string, unknown>;
}

interface Plan {
  closed: Entry[];
  /** What becomes of them. Default: "DISCARDED". */
  closedAs?: "SUCCESS";
  dependants: number[];
  /** What takes the closed entry's place, and what it stands on. */
  appended: { mutation: Mutation; op: Op; base: Values; supersedes: Entry | null }[];
  /** The rows afterwards. */
  rows: Map<string, { entityType: string; entityId: string; values: Values | null }>;
}

type Planned = Plan | FakeAnswer;

export function decide(state: FakeState, request: DecisionRequest): FakeAnswer {
  const plan = planOf(state, request);
  if ("status" in plan) return plan;
  const mutations = plan.appended.map(({ mutation }) => mutation);
  const refused = refusedNeed(state, mutations, plan.closed);
  if (refused !== null) return refused;
  if (!request.dryRun) return { status: 200, body: carriedOut(state, plan) };
  const appended = plan.appended.map(({ mutation, op }, index) => ({
    ...preview(mutation, op, state.entries.length + 1 + index),
  }));
  const closed = plan.closed.map(compact);
  return { status: 200, body: answer(true, closed, appended, plan) };
}

function planOf(state: FakeState, { kind, entry, body }: DecisionRequest): Planned {
  const isOpen = state.isOpen(entry);
  if (kind === "undo") return undoPlan(state, entry);
  if (!isOpen) return fakeProblem(409, "already-closed", `#${entry.id} is settled already`);
  if (kind === "discard") return discardPlan(state, entry, body["withDependants"] === true);
  if (kind === "outcome") {
    return outcomePlan(state, entry, body["happened"] === true, body["cloudId"] !== undefined);
  }
  if (kind === "retry") return successorPlan(state, entry, entry.payload, entry.base);
  if (entry.conflict === null) return fakeProblem(409, "not-in-conflict", "Not in conflict");
  const seen = body["seen"] as { seq: number } | null | undefined;
  const version = state.currentVersion(entry);
  if (seen && version !== null && seen.seq !== version.seq) {
    return fakeProblem(409, "moved-on", "The cloud has moved on");
  }
  const server = entry.conflict.server ?? {};
  if (kind === "force") return successorPlan(state, entry, entry.payload, server);
  return resolvePlan(state, entry, body as Resolution, server);
}

function discardPlan(state: FakeState, entry: Entry, withDependants: boolean): Planned {
  const mates = state.entries.filter(
    (other) => state.isOpen(other) && other.groupId !== null && other.groupId === entry.groupId,
  );
  const own = [...new Set([entry, ...mates])];
  const dependants = state.dependantsOf(entry).filter((other) => !own.includes(other));
  if (dependants.length > 0 && !withDependants) {
    return fakeProblem(409, "has-dependants", "Others cannot live without it");
  }
  const rows: Plan["rows"] = new Map();
  for (const each of [...own, ...dependants]) {
    const { entityType, entityId, op, base } = each;
    const old = state.table(entityType).get(entityId) ?? {};
    const values = op === "create" ? null : { ...old, ...base };
    if (rows.get(`${entityType} ${entityId}`)?.values === null) continue; // its create goes, too
    rows.set(`${entityType} ${entityId}`, { entityType, entityId, values });
  }
  const closed = [...own, ...dependants];
  return { closed, dependants: dependants.map(({ id }) => id), appended: [], rows };
}

function outcomePlan(state: FakeState, entry: Entry, happened: boolean, saysId: boolean): Planned {
  if (entry.receipt?.reason !== "outcome-unknown") {
    return fakeProblem(409, "outcome-known", `It is known what became of #${entry.id}`);
  }
  if (!happened) return discardPlan(state, entry, true);
  const isWaitedFor = entry.op === "create" && state.dependantsOf(entry).length > 0;
  if (isWaitedFor && !saysId) {
    return fakeProblem(409, "id-needed", `Other entries wait for #${entry.id}`);
  }
  return { closed: [entry], closedAs: "SUCCESS", dependants: [], appended: [], rows: new Map() };
}

function successorPlan(state: FakeState, entry: Entry, payload: Values, base: Values): Plan {
  const { entityType, entityId, action, op } = entry;
  const values = { ...state.table(entityType).get(entityId), ...payload };
  const rows: Plan["rows"] = new Map([[entityId, { entityType, entityId, values }]]);
  const mutation = { entityType, entityId, action, payload };
  return {
    closed: [entry],
    dependants: [],
    appended: [{ mutation, op, base, supersedes: entry }],
    rows,
  };
}

function resolvePlan(state: FakeState, entry: Entry, chosen: Resolution, server: Values): Planned {
  const { take = {}, fields = {} } = chosen;
  const payload: Values = {};
  for (const [field, local] of Object.entries(entry.payload)) {
    const isContested = entry.conflict?.fields?.includes(field) === true;
    const side = take[field];
    if (field in fields) payload[field] = fields[field] ?? null;
    else if (side === "base") payload[field] = entry.base[field] ?? null;
    else if (side === "local" || (side === undefined && !isContested)) payload[field] = local;
    else if (side === undefined) {
      return { ...fakeProblem(422, "undecided-field", `“${field}” is not decided`) };
    }
  }
  if (Object.keys(payload).length === 0) return discardPlan(state, entry, true);
  return successorPlan(state, entry, payload, server);
}

function undoPlan(state: FakeState, entry: Entry): Planned {
  if (entry.status === "DISCARDED") {
    return { ...successorPlan(state, entry, entry.payload, entry.base), closed: [] };
  }
  if (entry.status !== "SUCCESS") return fakeProblem(409, "not-settled", "It is still open");
  if (entry.op !== "update") return fakeProblem(409, "nothing-to-undo", "Not in memory");
  return { ...successorPlan(state, entry, entry.base, entry.payload), closed: [] };
}

function carriedOut(state: FakeState, plan: Plan): Decision {
  const status = plan.closedAs ?? "DISCARDED";
  for (const entry of plan.closed) Object.assign(entry, { status, why: null });
  for (const { entityType, entityId, values } of plan.rows.values()) {
    if (values === null) state.table(entityType).delete(entityId);
    else state.table(entityType).set(entityId, values);
  }
  const made = plan.appended.map(({ mutation, base, supersedes }) =>
    state.append(mutation, { base, supersedes: supersedes?.clientRequestId ?? null }),
  );
  state.tellChanged([...plan.closed, ...made]);
  const appended = made.map((entry) => ({
    ...compact(entry),
    payload: entry.payload,
    base: entry.base,
    baseVersions: entry.baseVersions,
    supersedes: entry.supersedes,
    carried: [],
  }));
  return answer(false, plan.closed.map(compact), appended, plan);
}

function preview(mutation: Mutation, op: Op, id: number): Decision["appended"][number] {
  const { entityType, entityId, action, payload } = mutation;
  return {
    id,
    clientRequestId: crypto.randomUUID(),
    entityType,
    entityId: String(entityId),
    action,
    op,
    status: "PENDING",
    groupId: null,
    payload,
    base: {},
    baseVersions: {},
    supersedes: null,
    carried: [],
  };
}

function answer(
  dryRun: boolean,
  closed: CompactEntry[],
  appended: Decision["appended"],
  plan: Plan,
): Decision {
  const rows = [...plan.rows.values()];
  const entries = appended.length > 0 ? appended : closed;
  return { dryRun, entries, closed, appended, dependants: plan.dependants, rows };
}
