// The adapters against the real service and cloud: an app's axios code, offline and online again.

import { Cloud, Desk, programsExist, until, World } from "@slipway/testing/programs";
import axios, { type AxiosInstance } from "axios";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createMutation,
  createSyncClient,
  resource,
  type SyncClient,
  type SyncEvent,
  updateMutation,
} from "../src/index";

describe.runIf(programsExist)("with the real service", () => {
  let world: World;
  let cloud: Cloud;
  let hamburg: Desk;
  let sync: SyncClient;
  let api: AxiosInstance;
  const events: SyncEvent[] = [];

  beforeAll(async () => {
    world = new World();
    cloud = await world.cloud().start();
    const token = await cloud.token("Hamburg");
    hamburg = await (await world.desk("hamburg", { cloud: cloud.url, token })).start();
    sync = createSyncClient({ url: hamburg.url, token: hamburg.token });
    world.onClose(sync.events((event) => events.push(event)));
    const routes = {
      ...resource("/customers", "Customer", { query: { page: "page", size: "size" } }),
      "POST /documents": { online: "UPLOAD_DOCUMENT" },
    } as const;
    api = axios.create({
      baseURL: "https://api.example.com",
      adapter: sync.axiosAdapter({ routes }),
    });
  });
  afterAll(() => world.close());

  const customer = { id: "cus_1", name: "Kirin Components", country: "JP" };
  const stateOf = (answer: { headers: object }) =>
    (answer.headers as Record<string, string>)["x-slipway-state"];

  it("existing calls work offline, and the cloud has it all afterwards", async () => {
    await sync.simulateOffline(true);
    const created = await api.post("/customers", customer);
    expect(created.status).toBe(201);
    expect(created.data).toMatchObject({ ...customer, currency: "EUR", creditLimitMinor: 0 });
    expect(stateOf(created)).toBe("waiting");
    await api.put("/customers/cus_1", { ...created.data, city: "Tokyo" });
    const listed = await api.get("/customers", { params: { country: "JP", page: 1, size: 10 } });
    expect(listed.data).toMatchObject([{ id: "cus_1", city: "Tokyo" }]);
    const { entries } = await sync.queue({ filter: "waiting" });
    expect(entries.map((entry) => entry.payload).at(0)).toEqual({ city: "Tokyo" });
    await expect(api.post("/documents", {})).rejects.toMatchObject({ status: 503 });

    await sync.simulateOffline(false);
    await hamburg.drained();
    const read = await api.get("/customers/cus_1");
    expect(stateOf(read)).toBe("synced");
    await until("the stream told of it", () =>
      events.some((event) => event.type === "queue" && event.entries[0]?.status === "SUCCESS"),
    );
  });

  it("a service that restarts in the middle costs the app nothing", async () => {
    await hamburg.stop();
    const writing = api
      .patch("/customers/cus_1", { city: "Osaka" })
      .catch((error: unknown) => error);
    await expect(writing).resolves.toMatchObject({ code: "ERR_NETWORK" });
    await hamburg.start(); // on another port: the app gets a client for it
    sync = createSyncClient({ url: hamburg.url, token: hamburg.token });
    expect((await sync.data.get("Customer", "cus_1")).values["city"]).toBe("Tokyo");
  });

  it("a conflict is decided field by field, after a look at what would happen", async () => {
    const token = await cloud.token("New York");
    const newYork = await (await world.desk("new-york", { cloud: cloud.url, token })).start();
    const there = createSyncClient({ url: newYork.url, token: newYork.token });
    await until("New York has the customer", () => newYork.row("Customer", "cus_1"));
    await sync.simulateOffline(true);
    const mine = { city: "Kobe", creditLimitMinor: 300 };
    const { id } = await sync.enqueue(updateMutation("Customer", "cus_1", mine));
    const theirs = { city: "Nagoya", creditLimitMinor: 500 };
    await there.enqueue(updateMutation("Customer", "cus_1", theirs), { waitSeconds: 20 });
    await sync.simulateOffline(false);
    const parked = await until("the conflict is here", async () => {
      const entry = await sync.entry(id);
      return entry.status === "CONFLICT" ? entry : null;
    });
    expect(parked.conflict).toMatchObject({ who: "New York", local: mine, server: theirs });
    expect((await sync.conflicts()).entries.map((entry) => entry.id)).toEqual([id]);

    await expect(sync.resolve(id, { take: { city: "local" } })).rejects.toMatchObject({
      slug: "undecided-field",
    });
    const choices = { take: { city: "server" as const }, fields: { creditLimitMinor: 800 } };
    const preview = await sync.resolve(id, choices, { dryRun: true });
    expect(preview.rows[0]?.values).toMatchObject({ city: "Nagoya", creditLimitMinor: 800 });
    expect((await sync.entry(id)).status).toBe("CONFLICT");

    const { appended } = await sync.resolve(id, choices);
    await hamburg.drained();
    expect((await there.status()).needsYou).toBe(0);
    await until("New York has the decision", async () => {
      const row = await there.data.get("Customer", "cus_1");
      return row.values["creditLimitMinor"] === 800 && row.values["city"] === "Nagoya";
    });
    await expect(sync.resolve(id, choices)).rejects.toMatchObject({ status: 409 });

    const undone = await sync.undo(appended[0]?.id ?? 0);
    expect(undone.rows[0]?.values).toMatchObject({ creditLimitMinor: 500 });
    await hamburg.drained();
    await newYork.stop();
  });

  it("a discard names what cannot live without it, and takes it along only when told to", async () => {
    await sync.simulateOffline(true);
    const values = { id: "cus_2", name: "Elbe", country: "DE", updatedAt: "2026-11-22T09:00:00Z" };
    const { id } = await sync.enqueue(createMutation("Customer", values));
    await sync.enqueue(updateMutation("Customer", "cus_2", { city: "Kiel" }));
    const preview = await sync.discard(id, { dryRun: true, withDependants: true });
    expect([preview.closed.length, preview.dependants.length]).toEqual([2, 1]);
    await expect(sync.discard(id)).rejects.toMatchObject({ slug: "has-dependants" });
    await sync.discard(id, { withDependants: true });
    await expect(sync.data.get("Customer", "cus_2")).rejects.toMatchObject({ status: 404 });
    await sync.simulateOffline(false);
    await hamburg.drained();
  });

  it("refusals carry the service's words", async () => {
    await expect(sync.entry(999_999)).rejects.toMatchObject({ slug: "unknown-entry", status: 404 });
    await expect(
      sync.enqueue({ entityType: "Customer", action: "CREATE_CUSTOMER", payload: { nme: "x" } }),
    ).rejects.toMatchObject({ slug: "unknown-field", field: "payload.nme" });
  });
});
