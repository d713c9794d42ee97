// examples/axios-app, before and after its diff: the app against its hosted API, and the same app, its
// calls untouched, without a network.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Cloud, Desk, programsExist, until, World } from "@slipway/testing/programs";
import type { AxiosInstance } from "axios";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf } from "./compile";

const example = join(import.meta.dirname, "../../examples/axios-app");
let folder: string; // within web/, so that packages are found
let after: string;

beforeAll(() => {
  folder = mkdtempSync(join(import.meta.dirname, "axios-app-"));
  after = join(folder, "after");
  cpSync(join(example, "before"), join(folder, "before"), { recursive: true });
  cpSync(join(example, "before"), after, { recursive: true });
  // As a plain patch: the folder above is no repository to git.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: folder };
  execFileSync("git", ["apply", "-p1", join(example, "offline.diff")], { cwd: after, env });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface App {
  morning: () => Promise<string[]>;
}

async function open(part: string): Promise<{ app: App; api: AxiosInstance }> {
  const app = (await import(join(folder, part, "desk.ts"))) as App;
  const { api } = (await import(join(folder, part, "api.ts"))) as { api: AxiosInstance };
  return { app, api };
}

const everythingWorked = [
  "Find or add the customer: done",
  "Book a shipment: done",
  "Book another: done",
  "Correct its pieces: done",
  "Deliver it: done",
  "Cancel the other: done",
  "Attach its papers: done",
  "Ask for a price: done",
  "1 shipment: PO 1 DELIVERED, 12 pieces",
];

describe("the axios example", () => {
  it("compiles before and after", () => {
    const files = ["before", "after"].flatMap((part) =>
      readdirSync(join(folder, part)).map((name) => join(folder, part, name)),
    );
    expect(files.length).toBeGreaterThan(6);
    expect(complaintsOf(files)).toEqual([]);
  });

  it("changes one line of what was there; the rest is new", () => {
    const count = (what: string) =>
      execFileSync("git", ["apply", "--numstat", join(example, "offline.diff")], { cwd: "/" })
        .toString()
        .split("\n")
        .filter((line) => line.endsWith(what))
        .map((line) => line.split("\t").slice(0, 2).map(Number));
    expect(count("desk.ts")).toEqual([[1, 0]]);
    expect(count("api.ts")).toEqual([]);
    expect(count("shipments.ts")).toEqual([]);
  });

  it("works against its hosted API, and not at all without it", async () => {
    const server = await hostedApi();
    const { app, api } = await open("before");
    api.defaults.baseURL = server.url;
    expect(await app.morning()).toEqual(everythingWorked);
    await server.stop();
    expect(await app.morning()).toEqual([
      "Find or add the customer: No connection. Try again later.",
    ]);
  });
});

describe.runIf(programsExist)("the axios example with the service", () => {
  let world: World;
  let cloud: Cloud;
  let desk: Desk;
  beforeAll(async () => {
    world = new World();
    cloud = await world.cloud().start();
    const token = await cloud.token("Hamburg");
    desk = await (await world.desk("hamburg", { cloud: cloud.url, token })).start();
  });
  afterAll(() => world.close());

  it("works without a network but for what needs it, and all of it arrives", async () => {
    const { app, api } = await open("after");
    const { service } = (await import(join(after, "sync.ts"))) as {
      service: { url: string; token: string };
    };
    Object.assign(service, { url: desk.url, token: desk.token });
    const server = await hostedApi();
    api.defaults.baseURL = server.url;
    await server.stop();
    await cloud.stop();
    await until("the desk knows", async () => (await desk.status())["connection"] === "offline");
    const lines = await app.morning();
    expect(lines).toEqual([
      ...everythingWorked.slice(0, 6),
      expect.stringMatching(/^Attach its papers: .*cloud/),
      "Ask for a price: No connection. Try again later.",
      everythingWorked[8],
    ]);
    await cloud.start();
    await desk.drained();
    const token = await cloud.token("New York");
    const there = await (await world.desk("new-york", { cloud: cloud.url, token })).start();
    const rows = await until("the other desk has it", async () => {
      const found = await there.rows("Shipment");
      return found.size > 0 ? [...found.values()] : null;
    });
    expect(rows.map(({ values }) => values)).toMatchObject([
      { reference: "PO 1", status: "DELIVERED", pieces: 12 },
    ]);
  });

  it("sends what needs the cloud to its API as before when there is a network", async () => {
    const { app, api } = await open("after");
    const server = await hostedApi();
    api.defaults.baseURL = server.url;
    await until("the desk knows", async () => (await desk.status())["connection"] === "online");
    const lines = await app.morning();
    expect(lines.slice(0, 8)).toEqual(everythingWorked.slice(0, 8));
    expect(server.calls.map((call) => call.replace(/[\w-]{20,}/, "ID"))).toEqual([
      "POST /shipments/ID/documents",
      "GET /prices",
    ]);
    await server.stop();
  });
});

/** The company's API as it has always been. */
async function hostedApi() {
  const tables: Record<string, Map<string, Record<string, unknown>>> = {
    customers: new Map(),
    shipments: new Map(),
  };
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void answer(tables, calls, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, calls, stop };
}

async function answer(
  tables: Record<string, Map<string, Record<string, unknown>>>,
  calls: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://api.test");
  const [, name = "", id, verb] = url.pathname.split("/");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  const body = isJson ? (JSON.parse(Buffer.concat(chunks).toString()) as object) : {};
  calls.push(`${request.method} ${url.pathname}`);
  const send = (status: number, value?: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  };
  if (verb === "documents") return send(201, {}); // of shipments that it finds in the cloud's tables
  if (name === "prices") return send(200, { cents: 185_000 });
  const table = tables[name];
  if (table === undefined) return send(404, { title: "There is no such thing" });
  if (id === undefined && request.method === "GET") {
    const wanted = url.searchParams.get("customerId");
    const rows = [...table.values()].filter(
      (row) => wanted === null || row["customerId"] === wanted,
    );
    return send(200, name === "shipments" ? { items: rows, total: rows.length } : rows);
  }
  if (id === undefined) {
    const made = { id: `${name}-${table.size + 1}`, pieces: 1, ...body };
    table.set(made.id, made);
    return send(201, made);
  }
  const row = table.get(id);
  if (row === undefined) return send(404, { title: "It is not here" });
  if (request.method === "DELETE") {
    table.delete(id);
    return send(204);
  }
  Object.assign(row, verb === "deliver" ? { status: "DELIVERED" } : body);
  return send(200, row);
}
