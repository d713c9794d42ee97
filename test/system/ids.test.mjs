// Ids and numbers that the other side gives: what is made offline gets them when it is online, every
// desk sees the same, and no id that anybody ever held stops naming its row.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };
const shipment = { originPort: "DEHAM", destinationPort: "USNYC", updatedAt };

let world;
before(() => (world = new World()));
after(() => world.close());

test("shipments made offline get their numbers, edits made meanwhile stay, and both desks agree", async () => {
  const cloud = world.cloud();
  cloud.args = ["--number", "Shipment.number=SHP-{0007}"];
  await cloud.start();
  const open = async (name) =>
    (await world.desk(name, { cloud: cloud.url, token: await cloud.token(name) })).start();
  const [hamburg, newYork] = [await open("Hamburg"), await open("New York")];

  await hamburg.simulateOffline(true);
  const made = await hamburg.enqueue({
    mutations: [
      { entityType: "Customer", entityId: "c1", action: "CREATE_CUSTOMER", payload: customer },
      {
        entityType: "Shipment",
        entityId: "s1",
        action: "CREATE_SHIPMENT",
        payload: { ...shipment, customerId: "c1" },
      },
    ],
  });
  await hamburg.create("Shipment", "s2", { ...shipment, customerId: "c1" });
  await hamburg.update("Customer", "c1", { city: "Kiel" });
  await hamburg.update("Shipment", "s1", { notes: "edited offline" });
  assert.equal((await hamburg.row("Shipment", "s1")).values.number, null);
  await cloud.kill(); // the numbers are the database's, not the process's
  await cloud.start();
  await hamburg.simulateOffline(false);
  await hamburg.drained();

  const first = await hamburg.row("Shipment", "s1");
  assert.deepEqual([first.values.number, first.values.notes], ["SHP-0007", "edited offline"]);
  assert.equal((await hamburg.row("Shipment", "s2")).values.number, "SHP-0008");
  const { receipt } = await hamburg.entry(made.entries[1].id);
  assert.deepEqual(receipt.assigned, { number: "SHP-0007" });

  await until("New York has heard of it", () => newYork.row("Shipment", "s2"));
  const { id } = await newYork.create("Shipment", "s3", { ...shipment, customerId: "c1" });
  await newYork.becomes(id, "SUCCESS");
  for (const desk of [hamburg, newYork]) {
    await until(
      `${desk.name} sees the third`,
      async () => (await desk.row("Shipment", "s3"))?.values.number === "SHP-0009",
    );
  }
  const numbers = async (from) =>
    [...(await from.rows("Shipment"))].map(([name, row]) => [name, row.values.number]);
  assert.deepEqual(await numbers(hamburg), [
    ["s1", "SHP-0007"],
    ["s2", "SHP-0008"],
    ["s3", "SHP-0009"],
  ]);
  assert.deepEqual(await numbers(newYork), await numbers(hamburg));
  assert.equal((await newYork.row("Customer", "c1")).values.city, "Kiel");
});

/** A hosted API that numbers its rows and knows no other id; it does a thing once per key. */
async function hostedApi() {
  const api = { rows: new Map(), done: new Map(), unknown: [], next: 100 };
  const execute = ({ entityType, entityId, op, payload }) => {
    const [id, values] = op === "create" ? [String((api.next += 1)), {}] : [entityId];
    const name = `${entityType}/${id}`;
    if (op !== "create" && !api.rows.has(name)) {
      api.unknown.push(name);
      return [404, {}];
    }
    if (payload.customerId !== undefined && !api.rows.has(`Customer/${payload.customerId}`))
      api.unknown.push(`Customer/${payload.customerId}`);
    const { id: _, ...fields } = payload;
    if (op === "delete") api.rows.delete(name);
    else api.rows.set(name, { ...(values ?? api.rows.get(name)), ...fields });
    return [
      op === "create" ? 201 : 200,
      op === "create" ? { id: Number(id), number: `N${id}` } : {},
    ];
  };
  api.loses = 0;
  api.url = await world.server(async (request, response) => {
    const entry = JSON.parse(Buffer.concat(await request.toArray()));
    const key = entry.clientRequestId;
    if (!api.done.has(key)) api.done.set(key, execute(entry));
    if (api.loses-- > 0) return response.destroy();
    const [status, body] = api.done.get(key);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  return api;
}

test("a webhook that gives ids: what follows names them, the desk's own ids stay, both resolve", async () => {
  const api = await hostedApi();
  const config = world.write(
    "hook.toml",
    `[entities.Customer]\nassigned = ["id"]\n[entities.Shipment]\nassigned = ["id", "number"]\n`,
  );
  const desk = await world.desk("hook", {
    args: ["--config", config],
    environment: { SYNC_WEBHOOK_URL: api.url },
  });
  await desk.start();
  await desk.simulateOffline(true);
  await desk.create("Customer", "c1", customer);
  await desk.create("Shipment", "s1", { ...shipment, customerId: "c1" });
  await desk.update("Customer", "c1", { city: "Kiel" });
  await desk.update("Shipment", "s1", { notes: "edited offline" });
  api.loses = 1;
  await desk.kill();
  await desk.start();
  await desk.simulateOffline(false);
  await desk.drained();

  const row = await desk.row("Shipment", "s1");
  const given = row.sync.cloudId;
  assert.equal(row.values.number, `N${given}`);
  assert.equal(row.values.customerId, "c1");
  const customerId = (await desk.row("Customer", "c1")).sync.cloudId;
  assert.deepEqual(api.unknown, []);
  assert.equal(api.rows.size, 2);
  const there = api.rows.get(`Shipment/${given}`);
  assert.deepEqual([there.customerId, there.notes], [customerId, "edited offline"]);
  assert.equal(api.rows.get(`Customer/${customerId}`).city, "Kiel");

  // Either id names the row, here and after a restart.
  await desk.stop();
  await desk.start();
  assert.deepEqual((await desk.row("Shipment", given)).values, row.values);
  await desk.update("Shipment", String(given), { notes: "by the given id" });
  await desk.update("Shipment", "s1", { status: "BOOKED" });
  await desk.drained();
  const now = api.rows.get(`Shipment/${given}`);
  assert.deepEqual([now.notes, now.status], ["by the given id", "BOOKED"]);
  await desk.delete("Shipment", "s1");
  await desk.drained();
  assert.deepEqual([...api.rows.keys()], [`Customer/${customerId}`]);
  assert.deepEqual(api.unknown, []);
});
