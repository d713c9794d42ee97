// The route table over both adapters: the same calls, written for axios and for fetch.

import { createFakeFetch, createFakeState, tableOf } from "@slipway/testing";
import axios from "axios";
import { beforeEach, describe, expect, it } from "vitest";
import {
  createSyncClient,
  resource,
  type Routes,
  type SyncClient,
  type Values,
} from "../src/index";

const base = "https://api.example.com/v1";
const routes: Routes = {
  ...resource("/shipments", "Shipment", { query: { page: "page", size: "perPage", search: "q" } }),
  "GET /ports/:port/shipments": {
    list: "Shipment",
    query: (call) => ({ where: { port: call.params["port"] ?? "" }, limit: 10 }),
    answer: ({ rows, total }) => ({ items: rows.map((row) => row.values["id"]), total }),
  },
  "GET /shipments/:id/card": {
    read: "Shipment",
    answer: async (row, { sync }) => {
      const customer = await sync.data.get("Customer", String(row.values["customerId"]));
      return { id: row.entityId, customer: customer.values["name"] };
    },
  },
  "POST /shipments/:id/book": {
    update: "Shipment",
    payload: () => ({ status: "BOOKED" }),
  },
  "POST /orders": {
    group: ({ body }) => {
      const { customer, note } = body as { customer: string; note: string };
      return [
        { entityType: "Customer", action: "CREATE_CUSTOMER", payload: { id: customer, name: "N" } },
        {
          entityType: "Shipment",
          action: "CREATE_SHIPMENT",
          payload: { id: "s100", customerId: customer, note },
        },
      ];
    },
  },
  "POST /documents": { online: "UPLOAD_DOCUMENT" },
};

interface Outcome {
  status: number;
  body: unknown;
  header: (name: string) => string | null;
}
type Send = (method: string, path: string, body?: unknown) => Promise<Outcome>;

const outside: string[] = []; // calls that went to the app's own API
const network: typeof fetch = (input, init) => {
  outside.push(`${init?.method ?? "GET"} ${String(input)}`);
  return Promise.resolve(Response.json({ from: "the real API" }));
};

const senders: [string, (sync: SyncClient) => Send][] = [
  [
    "axios",
    (sync) => {
      const api = axios.create({
        baseURL: base,
        validateStatus: () => true,
        adapter: sync.axiosAdapter({ routes }),
      });
      return async (method, url, data) => {
        const answer = await api.request({ method, url, data });
        const header = (name: string) => (answer.headers[name] as string | undefined) ?? null;
        return { status: answer.status, body: answer.data || null, header };
      };
    },
  ],
  [
    "fetch",
    (sync) => {
      const send = sync.fetchAdapter({ routes, base });
      return async (method, path, data) => {
        const body = data === undefined ? null : JSON.stringify(data);
        const answer = await send(base + path, { method, body });
        const text = await answer.text();
        return {
          status: answer.status,
          body: text === "" ? null : JSON.parse(text),
          header: (name) => answer.headers.get(name),
        };
      };
    },
  ],
];

const shipments: Values[] = Array.from({ length: 25 }, (_, i) => ({
  id: `s${String(i).padStart(2, "0")}`,
  customerId: "c1",
  port: i % 2 === 0 ? "DEHAM" : "USNYC",
  status: "DRAFT",
  note: `n${i}`,
  pieces: i,
  updatedAt: "2026-11-22T09:00:00.000+00:00",
}));

describe.each(senders)("with %s", (_, senderOf) => {
  let state: ReturnType<typeof createFakeState>;
  let fake: ReturnType<typeof createFakeFetch>;
  let sync: SyncClient;
  let send: Send;

  beforeEach(() => {
    outside.length = 0;
    state = createFakeState({
      tables: new Map([
        ["Shipment", tableOf(shipments)],
        ["Customer", tableOf([{ id: "c1", name: "Kirin", updatedAt: "2026-11-22T09:00:00Z" }])],
      ]),
      settleAfterMs: null,
    });
    fake = createFakeFetch(state);
    const both: typeof fetch = (input, init) =>
      String(input).startsWith(base) ? network(input, init) : fake.fetch(input, init);
    sync = createSyncClient({ url: "http://daemon.test", token: "t", fetch: both });
    send = senderOf(sync);
    state.setFlags({ simulateOffline: true }); // everything below works offline
  });

  it("a list gives all rows where the app asks for no page, and says how many", async () => {
    const answer = await send("GET", "/shipments");
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(25);
    expect(answer.header("x-total-count")).toBe("25");
    expect(answer.header("x-slipway-state")).toBe("synced");
  });

  it("pages, searches and filters by the app's own parameter names", async () => {
    const second = await send("GET", "/shipments?page=2&perPage=10&sort=-id&port=DEHAM");
    expect(second.body).toMatchObject([{ id: "s04" }, { id: "s02" }, { id: "s00" }]);
    expect(second.header("x-total-count")).toBe("13");
    expect((await send("GET", "/shipments?q=n24")).body).toMatchObject([{ id: "s24" }]);
    expect((await send("GET", "/shipments?page=x")).status).toBe(422);
    expect((await send("GET", "/shipments?port=A&port=B")).body).toMatchObject({
      type: "https://slipway.dev/problems/filter-not-supported",
    });
  });

  it("answers in the shape of the app's API, with other rows woven in", async () => {
    expect((await send("GET", "/ports/USNYC/shipments")).body).toMatchObject({
      items: ["s01", "s03", "s05", "s07", "s09", "s11", "s13", "s15", "s17", "s19"],
      total: 12,
    });
    expect((await send("GET", "/shipments/s03/card")).body).toEqual({
      id: "s03",
      customer: "Kirin",
    });
  });

  it("a row that is not there is a 404 in problem+json", async () => {
    const answer = await send("GET", "/shipments/none");
    expect(answer.status).toBe(404);
    expect(answer.header("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ status: 404, title: "There is no Shipment none" });
  });

  it("a create is queued and answered with the whole row", async () => {
    const answer = await send("POST", "/shipments", { id: "s99", note: "new" });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ id: "s99", note: "new" });
    expect(answer.header("location")).toBe("/shipments/s99");
    expect(answer.header("x-slipway-state")).toBe("waiting");
    expect(answer.header("x-slipway-entry")).toBe("1");
    expect(state.entries[0]).toMatchObject({ action: "CREATE_SHIPMENT", entityId: "s99" });
    expect(state.entries[0]?.payload["updatedAt"]).toMatch(/\+00:00$/); // as a server would
    expect((await send("GET", "/shipments/s99")).header("x-slipway-state")).toBe("waiting");
  });

  it("a delete is answered without a body, and the row is gone", async () => {
    const answer = await send("DELETE", "/shipments/s01");
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect((await send("GET", "/shipments/s01")).status).toBe(404);
    expect((await send("DELETE", "/shipments/s01")).status).toBe(404);
  });

  it("a whole object that is put back carries only what the user changed", async () => {
    const read = (await send("GET", "/shipments/s03")).body as Values;
    const answer = await send("PUT", "/shipments/s03", { ...read, note: "mine" });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: "s03", note: "mine", pieces: 3 });
    expect(state.entries.map((entry) => entry.payload)).toEqual([{ note: "mine" }]);
  });

  it("and does not undo what changed elsewhere since the app read it", async () => {
    const read = (await send("GET", "/shipments/s03")).body as Values;
    state.table("Shipment").set("s03", { ...read, pieces: 77 });
    await send("GET", "/shipments"); // a list behind the open form is read again
    await send("PUT", "/shipments/s03", { ...read, note: "mine" });
    expect(state.entries.map((entry) => entry.payload)).toEqual([{ note: "mine" }]);
    expect(state.rowOf("Shipment", "s03")?.values).toMatchObject({ note: "mine", pieces: 77 });
  });

  it("a write on stale values is refused, not taken for the user's will", async () => {
    const read = (await send("GET", "/shipments/s03")).body as Values;
    state.table("Shipment").set("s03", { ...read, note: "theirs" });
    const answer = await send("PATCH", "/shipments/s03", { note: "mine" });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ type: "https://slipway.dev/problems/stale-write" });
    expect(state.entries).toEqual([]);
    await send("GET", "/shipments/s03");
    expect((await send("PATCH", "/shipments/s03", { note: "mine" })).status).toBe(200);
  });

  it("own writes in quick succession are no reason to refuse", async () => {
    await send("GET", "/shipments/s03");
    const patches = [4, 5, 6].map((pieces) => send("PATCH", "/shipments/s03", { pieces }));
    const statuses = (await Promise.all(patches)).map((answer) => answer.status);
    expect(statuses).toEqual([200, 200, 200]);
    expect(state.entries.map((entry) => entry.payload["pieces"])).toEqual([4, 5, 6]);
  });

  it("nothing is queued where nothing changed", async () => {
    const read = (await send("GET", "/shipments/s03")).body as Values;
    const answer = await send("PUT", "/shipments/s03", read);
    expect([answer.status, answer.header("x-slipway-entry")]).toEqual([200, null]);
    expect(state.entries).toEqual([]);
  });

  it("an action of the API becomes a write with its own payload", async () => {
    const answer = await send("POST", "/shipments/s03/book");
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ id: "s03", status: "BOOKED" });
  });

  it("several writes go as one group", async () => {
    const answer = await send("POST", "/orders", { customer: "c9", note: "both" });
    expect(answer.status).toBe(202);
    expect(answer.header("x-slipway-entry")).toBe("1,2");
    expect(state.entries.map((entry) => entry.groupSize)).toEqual([2, 2]);
    expect(state.entries.every((entry) => "updatedAt" in entry.payload)).toBe(true);
  });

  it("a refusal of the daemon keeps its status and its words", async () => {
    const answer = await send("POST", "/shipments", { colour: "red" });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ title: "Shipment has no field “colour”" });
    expect((await send("POST", "/shipments", ["no object"])).body).toMatchObject({
      type: "https://slipway.dev/problems/invalid-body",
    });
  });

  it("what needs the cloud is refused while it is away, and goes out when it is there", async () => {
    const refused = await send("POST", "/documents", { file: 1 });
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ type: "https://slipway.dev/problems/needs-cloud" });
    expect(outside).toEqual([]);
    state.setFlags({ simulateOffline: false });
    expect((await send("POST", "/documents", { file: 1 })).body).toEqual({ from: "the real API" });
    expect(outside).toEqual([`POST ${base}/documents`]);
  });

  it("calls that the table does not name go where they went before", async () => {
    expect((await send("GET", "/rates?from=EUR")).body).toEqual({ from: "the real API" });
    expect((await send("PUT", "/shipments", {})).body).toEqual({ from: "the real API" });
    expect(outside).toEqual([`GET ${base}/rates?from=EUR`, `PUT ${base}/shipments`]);
  });

  it("a daemon that does not accept this page is no sign-out of the app's user", async () => {
    const own = createSyncClient({
      url: "http://daemon.test",
      token: "wrong",
      fetch: () => Promise.resolve(Response.json({ title: "No", status: 401 }, { status: 401 })),
    });
    expect((await senderOf(own)("GET", "/shipments")).status).toBe(503);
  });
});
