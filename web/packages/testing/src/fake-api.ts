// The local API over fake-state: one function from request to answer, without a socket.

import type { Entry, EntryDetail, Mutation, Row, Settings } from "@slipway/client";
import { decide } from "./fake-decisions.js";
import { type FakeAnswer, fakeProblem } from "./fake-problem.js";
import { refusedNeed } from "./fake-need.js";
import { compact, type FakeState } from "./fake-state.js";

export type { FakeAnswer };

export interface FakeRequest {
  method: string;
  url: URL;
  body: Record<string, unknown>;
}

const ok = (body: unknown, status = 200): FakeAnswer => ({ status, body });

const settings: Settings = {
  intervalMs: 2000,
  attemptsMax: 1,
  backoffBaseMs: 5000,
  backoffMaxMs: 1_800_000,
  logPayloads: false,
  cloud: "https://cloud.example",
  target: "slipway",
};

export function createFakeApi(state: FakeState) {
  const current = { ...settings };
  return (request: FakeRequest): FakeAnswer => {
    const [, area, first = "", second] = request.url.pathname.split("/").map(decodeURIComponent);
    if (area === "data") return data(state, first, second, request.url.searchParams);
    if (area !== "sync") return fakeProblem(404, "no-such-path", "There is nothing here");
    if (first === "queue") return queueRoute(state, request);
    if (first === "lost") return lostRoute(state, request);
    if (first === "settings") return ok(Object.assign(current, request.body));
    return control(state, request, first);
  };
}

function control(state: FakeState, request: FakeRequest, name: string): FakeAnswer {
  switch (`${request.method} ${name}`) {
    case "GET status":
    case "POST now":
      return ok(state.status());
    case "POST pause":
    case "POST resume":
      state.setFlags({ paused: name === "pause" });
      return ok(state.status());
    case "POST connectivity":
      state.setFlags({ simulateOffline: request.body["simulateOffline"] === true });
      return ok(state.status());
    case "GET capabilities":
      return ok(state.capabilities());
    case "POST enqueue":
      return enqueue(state, request.body);
    default:
      return fakeProblem(404, "no-such-path", "There is nothing here");
  }
}

function enqueue(state: FakeState, body: Record<string, unknown>): FakeAnswer {
  const group = body["mutations"] as Mutation[] | undefined;
  const batch = body["batch"] as Mutation[] | undefined;
  const mutations = group ?? batch ?? [body as unknown as Mutation];
  for (const mutation of mutations) {
    const unknown = unknownField(state, mutation);
    if (unknown !== null) {
      return fakeProblem(422, "unknown-field", `${mutation.entityType} has no field “${unknown}”`);
    }
    if (mutation.action.startsWith("CREATE_") || mutation.entityId === undefined) continue;
    if (state.rowOf(mutation.entityType, String(mutation.entityId)) === null) {
      return fakeProblem(404, "row-not-found", `There is no ${mutation.entityType} of that id`);
    }
  }
  const refused = refusedNeed(state, mutations);
  if (refused !== null) return refused;
  const made = state.enqueue(mutations, group !== undefined);
  const answers = made.map(compact);
  if (batch !== undefined) return ok({ results: answers.map((entry) => ({ entry })) }, 202);
  const [only] = answers;
  return ok(group === undefined ? only : { groupId: only?.groupId ?? null, entries: answers }, 202);
}

function unknownField(state: FakeState, mutation: Mutation): string | null {
  const type = mutation.entityType;
  const known = state.capabilities().entityTypes.find((entity) => entity.entityType === type);
  if (known === undefined || known.fields.length === 0) return null;
  const names = new Set(known.fields.map((field) => field.name));
  return Object.keys(mutation.payload).find((name) => !names.has(name)) ?? null;
}

function queueRoute(state: FakeState, { method, url, body }: FakeRequest): FakeAnswer {
  const [, , , id, kind] = url.pathname.split("/");
  if (id === undefined) return ok(queuePage(state, url.searchParams));
  const entry = state.entries.find((candidate) => candidate.id === Number(id));
  if (entry === undefined) return fakeProblem(404, "unknown-entry", `There is no entry ${id}`);
  if (method === "GET") return ok(detail(state, entry));
  if (kind === undefined || !/^(discard|retry|force|resolve|undo|outcome)$/.test(kind)) {
    return fakeProblem(501, "not-supported", "This version cannot do that");
  }
  const dryRun = ["1", "true"].includes(url.searchParams.get("dryRun") ?? "");
  return decide(state, { kind, entry, dryRun, body });
}

function lostRoute(state: FakeState, { method, url }: FakeRequest): FakeAnswer {
  const [, , , id] = url.pathname.split("/");
  if (method === "GET") return ok({ lost: state.lost, total: state.lost.length });
  const at = state.lost.findIndex((row) => row.id === Number(id));
  if (at < 0) return fakeProblem(404, "unknown-lost", "It is not on the list");
  state.lost.splice(at, 1);
  state.setStatus({ lost: state.lost.length });
  return ok({ entry: null });
}

function outcomeOf({ status, conflict }: Entry): string {
  if (status === "SUCCESS") return "applied";
  if (status === "ERROR") return "rejected";
  return conflict === null ? "busy" : "conflict";
}

function detail(state: FakeState, entry: Entry): EntryDetail {
  const attemptLog = Array.from({ length: entry.attempts }, (_, index) => ({
    id: index + 1,
    entryId: entry.id,
    exchangeId: `00000000-0000-4000-8000-00000000000${index % 10}`,
    kind: "write" as const,
    outcome: outcomeOf(entry),
    detail: null,
    sentAt: entry.createdAt,
    endedAt: entry.updatedAt,
  }));
  const version = state.currentVersion(entry);
  const server = state.serverOf(entry);
  const current = version === null ? null : { version, deleted: server === null, values: server };
  return { ...entry, attemptLog, current };
}

function queuePage(state: FakeState, query: URLSearchParams) {
  const filters: Record<string, (entry: Entry) => boolean> = {
    open: state.isOpen,
    "needs-you": state.isParked,
    waiting: (entry) => state.isOpen(entry) && !state.isParked(entry),
    recent: (entry) => !state.isOpen(entry),
  };
  const isWanted = filters[query.get("filter") ?? ""] ?? (() => true);
  const statuses = query.get("status")?.split(",");
  const [type, id, text] = [query.get("entityType"), query.get("entityId"), query.get("text")];
  const found = state.entries.filter(
    (entry) =>
      isWanted(entry) &&
      (statuses?.includes(entry.status) ?? true) &&
      (type === null || entry.entityType === type) &&
      (id === null || entry.entityId === id) &&
      (text === null || JSON.stringify(entry).toLowerCase().includes(text.toLowerCase())),
  );
  found.reverse(); // newest first
  const limit = Number(query.get("limit") ?? 50);
  const after = Number(query.get("after") ?? 0);
  const offset = Number(query.get("offset") ?? 0);
  const rest = after === 0 ? found : found.filter((entry) => entry.id < after);
  const page = rest.slice(offset, offset + limit);
  const next = rest.length > offset + limit ? (page.at(-1)?.id ?? null) : null;
  return { entries: page, next, total: found.length };
}

function data(
  state: FakeState,
  type: string,
  id: string | undefined,
  query: URLSearchParams,
): FakeAnswer {
  if (id !== undefined) {
    const row = state.rowOf(type, id);
    return row === null ? fakeProblem(404, "row-not-found", `There is no ${type} ${id}`) : ok(row);
  }
  const known = new Set(["limit", "offset", "sort", "search"]);
  const text = (query.get("search") ?? "").toLowerCase();
  const rows = state
    .idsOf(type)
    .map((entityId) => state.rowOf(type, entityId))
    .filter((row): row is Row => row !== null)
    .filter((row) => JSON.stringify(row.values).toLowerCase().includes(text))
    .filter((row) =>
      [...query].every(([name, value]) => known.has(name) || String(row.values[name]) === value),
    );
  const sort = query.get("sort") ?? "id";
  const field = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  rows.sort((a, b) => sign * String(a.values[field]).localeCompare(String(b.values[field])));
  const offset = Number(query.get("offset") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return ok({ rows: rows.slice(offset, offset + limit), total: rows.length });
}
