// The local API over fake-state, and the built desk, from one origin: enough to look at the screens
// without the daemon. Port from the kernel.

import type { Mutation, Row } from "@slipway/client";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { FakeState } from "./fake-state";

const dist = join(import.meta.dirname, "../../dist");
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const policy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";

interface Answer {
  status: number;
  body: unknown;
}
const ok = (body: unknown, status = 200): Answer => ({ status, body });
const problem = (status: number, slug: string, title: string): Answer => ({
  status,
  body: { type: `https://slipway.dev/problems/${slug}`, title, status, detail: "" },
});

export async function startFakeDaemon(state: FakeState, token: string) {
  const server = createServer((request, response) => {
    void handle(state, token, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  state: FakeState,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://daemon");
  if (!/^\/(sync|data)\//.test(url.pathname)) return sendFile(url.pathname, response);
  const allowed = request.headers.authorization === `Bearer ${token}`;
  if (allowed && url.pathname === "/sync/events") return sendEvents(state, response);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  const answer = allowed
    ? route(state, request.method ?? "GET", url, body)
    : problem(401, "token", "The token is wrong");
  const kind = answer.status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(answer.status, { "content-type": kind });
  response.end(JSON.stringify(answer.body));
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const name = normalize(path === "/" ? "/index.html" : path);
  try {
    const content = await readFile(join(dist, name));
    const type = types[extname(name)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-security-policy": policy });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function sendEvents(state: FakeState, response: ServerResponse): void {
  let id = 0;
  const send = (event: string, body: unknown) =>
    response.write(`id: ${++id}\nevent: ${event}\ndata: ${JSON.stringify(body)}\n\n`);
  response.writeHead(200, { "content-type": "text/event-stream" });
  send("status", state.status());
  const stop = state.subscribe(send);
  response.on("close", stop);
}

function route(state: FakeState, method: string, url: URL, body: Record<string, unknown>): Answer {
  const [, area, first, second, third] = url.pathname.split("/");
  const query = url.searchParams;
  if (area === "data") return data(state, decodeURIComponent(first ?? ""), second, query);
  switch (`${method} ${first}`) {
    case "GET status":
    case "POST now":
      return ok(state.status());
    case "POST pause":
    case "POST resume":
      state.setFlags({ paused: first === "pause" });
      return ok(state.status());
    case "POST connectivity":
      state.setFlags({ simulateOffline: body["simulateOffline"] === true });
      return ok(state.status());
    case "GET capabilities":
      return ok({ target: "slipway", entityTypes: [], actions: [], unsynced: [] });
    case "POST enqueue": {
      const group = body["mutations"] as Mutation[] | undefined;
      const made = state.enqueue(group ?? [body as unknown as Mutation], group !== undefined);
      return ok(group ? { groupId: made[0]?.groupId, entries: made } : made[0], 202);
    }
    case "GET queue":
      if (second === undefined) return queue(state, query);
  }
  const entry = state.entries.find((candidate) => candidate.id === Number(second));
  if (entry === undefined) return problem(404, "not-found", "There is no such entry");
  if (third === "discard") return ok(state.discard(entry, query.has("dryRun")));
  if (third === "retry") return ok({ entries: [entry] });
  const sentAt = entry.createdAt;
  const attempt = { id: 1, exchangeId: "x1", kind: "write", sentAt, endedAt: sentAt };
  const attemptLog = entry.attempts > 0 ? [{ ...attempt, outcome: "conflict", detail: "" }] : [];
  return ok({ ...entry, attemptLog, current: null });
}

function queue(state: FakeState, query: URLSearchParams): Answer {
  const filters = {
    open: state.isOpen,
    "needs-you": state.parked,
    waiting: (entry: Parameters<typeof state.parked>[0]) =>
      state.isOpen(entry) && !state.parked(entry),
    recent: (entry: Parameters<typeof state.parked>[0]) => !state.isOpen(entry),
  };
  const filter = filters[(query.get("filter") ?? "open") as keyof typeof filters];
  const text = (query.get("text") ?? "").toLowerCase();
  const found = state.entries
    .filter(filter)
    .filter((entry) => JSON.stringify(entry).toLowerCase().includes(text))
    .reverse();
  const limit = Number(query.get("limit") ?? 50);
  return ok({ entries: found.slice(0, limit), next: null, total: found.length });
}

function data(state: FakeState, type: string, id: string | undefined, query: URLSearchParams) {
  if (id !== undefined) {
    const row = state.rowOf(type, decodeURIComponent(id));
    return row === null ? problem(404, "not-found", "There is no such row") : ok(row);
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
  rows.sort((a, b) => String(a.values[field]).localeCompare(String(b.values[field])));
  if (sort.startsWith("-"))
    rows.sort((a, b) => String(b.values[field]).localeCompare(String(a.values[field])));
  const offset = Number(query.get("offset") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return ok({ rows: rows.slice(offset, offset + limit), total: rows.length });
}
