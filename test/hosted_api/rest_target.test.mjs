// A desk that syncs to a hosted API which was there before Slipway: nothing is done twice, nothing is
// overwritten unseen, and what nobody can know a person is asked.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until, World } from "../system/harness.mjs";
import { HostedApi } from "./api.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };
const shipment = { originPort: "DEHAM", destinationPort: "USNYC", updatedAt };

const withoutLookup = `
[entities.Customer]
assigned = ["id"]
[entities.Customer.rest]
create = "POST /customers"
get = "GET /customers/{id}"
update = "PATCH /customers/{id}"
delete = "DELETE /customers/{id}"
list = "GET /customers"
`;
const withLookup = withoutLookup.replace(
  'create = "POST /customers"',
  `create = { request = "POST /customers", add = { clientRef = "{id}" } }
lookup = "GET /customers?clientRef={id}"`,
);
const shipments = `
[entities.Shipment]
assigned = ["id"]
[entities.Shipment.rest]
create = { request = "POST /shipments", add = { clientRef = "{id}" } }
lookup = "GET /shipments?clientRef={id}"
get = "GET /shipments/{id}"
update = "PUT /shipments/{id}"
delete = "DELETE /shipments/{id}"
list = { request = "GET /shipments?_page={page}&_limit={limit}", page_rows = 2 }
`;

let world;
before(() => (world = new World()));
after(() => world.close());

let made = 0;
async function deskOf(api, entities) {
  const name = `desk-${(made += 1)}`;
  const config = world.write(
    `${name}.toml`,
    `target = "rest"\n[rest]\nurl = "${api.url}"\n[sync]\ninterval_ms = 100\nbackoff_base_ms = 50\n${entities}`,
  );
  return (await world.desk(name, { args: ["--config", config] })).start();
}

const empty = { customers: [], shipments: [] };

test("what was written offline is done once, in order, and the given ids are taken over", async () => {
  const api = await HostedApi.start(world, empty);
  const desk = await deskOf(api, withLookup + shipments);
  await desk.simulateOffline(true);
  await desk.create("Customer", "c1", customer);
  await desk.create("Shipment", "s1", { ...shipment, customerId: "c1" });
  await desk.update("Customer", "c1", { city: "Kiel" });
  await desk.update("Shipment", "s1", { notes: "edited offline" });
  await desk.create("Customer", "c2", { ...customer, name: "Südwind AG" });
  await desk.delete("Customer", "c2");
  await desk.kill();
  await desk.start();
  await desk.simulateOffline(false);
  await desk.drained();

  const there = await api.ask("GET", "/customers");
  assert.deepEqual(
    there.map(({ id, city, clientRef }) => [id, city, clientRef]),
    [[1, "Kiel", "c1"]],
  );
  const [sent] = await api.ask("GET", "/shipments");
  assert.deepEqual([sent.customerId, sent.notes], [1, "edited offline"]);
  assert.equal(api.count("POST /customers"), 2);
  assert.equal(api.count("POST /shipments"), 1);
  const row = await desk.row("Customer", "c1");
  assert.equal(row.sync.cloudId, 1);
  assert.equal((await desk.row("Shipment", "s1")).values.customerId, "c1");
  assert.equal(await desk.row("Customer", "c2"), null);
  assert.equal((await desk.rows("Customer")).size, 1);
});

test("what others do there is pulled: new rows, changes, deletions, also over a restart", async () => {
  const api = await HostedApi.start(world, {
    ...empty,
    customers: [{ id: 7, ...customer, vip: true }],
  });
  const desk = await deskOf(api, withLookup + shipments);
  await until("the row is here", () => desk.row("Customer", "7"));
  assert.equal((await desk.row("Customer", "7")).values.name, "Nordlicht GmbH");
  for (const notes of ["a", "b", "c"])
    await api.ask("POST", "/shipments", { ...shipment, notes, customerId: 7 });
  await until("three shipments on two pages", async () => (await desk.rows("Shipment")).size === 3);
  const [first] = (await desk.rows("Shipment")).values();
  assert.equal(first.values.customerId, "7");

  await api.ask("PATCH", "/customers/7", { city: "Bremen" });
  const city = async () => (await desk.row("Customer", "7")).values.city;
  await until("the change is here", async () => (await city()) === "Bremen");
  await api.ask("DELETE", "/shipments/2");
  await until("the deletion is here", async () => (await desk.rows("Shipment")).size === 2);

  // A row that was pulled goes out under the id and with the types that it has there.
  await desk.update("Customer", "7", { email: "mail@nordlicht.example" });
  await desk.update("Shipment", "1", { notes: "by the desk" });
  await desk.drained();
  const changed = await api.ask("GET", "/shipments/1");
  assert.deepEqual([changed.notes, changed.customerId], ["by the desk", 7]);
  const there = await api.ask("GET", "/customers/7");
  assert.deepEqual(
    [there.email, there.city, there.vip],
    ["mail@nordlicht.example", "Bremen", true],
  );

  await desk.stop();
  await api.ask("DELETE", "/shipments/3");
  await api.ask("PATCH", "/customers/7", { city: "Emden" });
  await desk.start();
  await until("both are here", async () => {
    return (await city()) === "Emden" && (await desk.rows("Shipment")).size === 1;
  });
});

test("a create whose answer is lost is looked up, and never made twice", async () => {
  const api = await HostedApi.start(world, {
    ...empty,
    customers: [{ id: 1, ...customer, name: "Somebody else's" }],
  });
  const desk = await deskOf(api, withLookup);
  let left = 1;
  api.loses = (what) => what === "POST /customers" && left-- > 0;
  const { id } = await desk.create("Customer", "c1", customer);
  await desk.becomes(id, "SUCCESS", 60);
  const mine = (await api.ask("GET", "/customers")).filter((row) => row.clientRef === "c1");
  assert.equal(mine.length, 1);
  assert.equal(api.count("POST"), 1);
  await desk.drained();
  assert.equal((await desk.row("Customer", "c1")).sync.cloudId, mine[0].id);
  await until("each row is here once", async () => (await desk.rows("Customer")).size === 2);

  // Nothing was executed: the lookup finds nothing (this server then answers with all rows), and
  // it is sent.
  left = 0;
  api.refuses = (what) => (what === "POST /customers" ? 502 : null);
  const second = await desk.create("Customer", "c2", customer);
  await until("it was refused", () => api.count("POST") >= 2);
  api.refuses = () => null;
  await desk.becomes(second.id, "SUCCESS", 60);
  const there = await api.ask("GET", "/customers?clientRef=c2");
  assert.equal(there.length, 1);
});

test("an id of the API that is a row's name here is another row, and stays it", async () => {
  const theirs = { ...customer, name: "Somebody else's" };
  const api = await HostedApi.start(world, { ...empty, customers: [{ id: 1, ...theirs }] });
  const desk = await deskOf(api, withoutLookup + shipments);
  await desk.simulateOffline(true);
  const { id } = await desk.create("Customer", "1", { ...customer, name: "Made here" });
  api.loses = (what) => what === "POST /customers";
  await desk.simulateOffline(false);
  await desk.becomes(id, "ERROR", 60);
  api.loses = () => false;
  await desk.create("Shipment", "s", { ...shipment, customerId: "1" });
  const made = (await api.ask("GET", "/customers")).find((row) => row.name === "Made here");
  assert.notEqual(made.id, 1);
  await assert.rejects(desk.post(`/sync/queue/${id}/outcome`, { happened: true }), /id-needed/);
  await desk.post(`/sync/queue/${id}/outcome`, { happened: true, cloudId: made.id });
  await desk.update("Customer", "1", { city: "Leer" });
  await desk.drained();
  const [sent] = await api.ask("GET", "/shipments");
  assert.equal(sent.customerId, made.id);
  assert.equal((await api.ask("GET", "/customers/1")).city, theirs.city);
  assert.equal((await api.ask("GET", `/customers/${made.id}`)).city, "Leer");
  await until("each row is here once", async () => (await desk.rows("Customer")).size === 2);
  const names = [...(await desk.rows("Customer")).values()].map((row) => [
    row.sync.cloudId ?? row.id,
    row.values.name,
  ]);
  assert.deepEqual(names.sort(), [
    [1, "Somebody else's"],
    [made.id, "Made here"],
  ]);
});

test("without a lookup a person is asked, and what they say holds", async () => {
  const api = await HostedApi.start(world, empty);
  const desk = await deskOf(api, withoutLookup);
  api.loses = (what) => what === "POST /customers";
  const ids = [];
  for (const name of ["c1", "c2", "c3"]) {
    const { id } = await desk.create("Customer", name, { ...customer, name });
    const parked = await desk.becomes(id, "ERROR", 60);
    assert.equal(parked.receipt.reason, "outcome-unknown");
    assert.match(parked.why.text, /^Outcome unknown/);
    assert.match(parked.errorMessage, /Nobody knows whether Customer c. was created/);
    ids.push(id);
  }
  assert.equal(api.count("POST"), 3);
  api.loses = () => false;

  // It happened: the row that the list told is the one.
  await desk.post(`/sync/queue/${ids[0]}/outcome`, { happened: true });
  // It did not: it is gone here; and it is there, which the list says.
  await desk.post(`/sync/queue/${ids[1]}/outcome`, { happened: false });
  // It did not, and it shall be made (somebody has deleted the first).
  const third = (await api.ask("GET", "/customers")).find((row) => row.name === "c3");
  await api.ask("DELETE", `/customers/${third.id}`);
  await desk.post(`/sync/queue/${ids[2]}/retry`);
  await desk.drained();
  const there = (await api.ask("GET", "/customers")).map((row) => row.name);
  assert.deepEqual(there.sort(), ["c1", "c2", "c3"]);
  assert.equal(api.count("POST"), 4);
  // The rows that a list told before are the ones; what was only said to be there is no second one.
  await until("each row is here once", async () => {
    const rows = [...(await desk.rows("Customer")).values()];
    const names = rows.map((row) => row.values.name).sort();
    return names.join() === "c1,c2,c3";
  });
  assert.equal(await desk.row("Customer", "c1"), null);
  assert.notEqual(await desk.row("Customer", "c3"), null);
});

test("a connection that was refused is no doubt: nobody is asked, it is sent when the API is back", async () => {
  const api = await HostedApi.start(world, empty);
  const port = Number(new URL(api.url).port);
  await api.shut();
  const desk = await deskOf(api, withoutLookup);
  const { id } = await desk.create("Customer", "c1", customer);
  await until("it was tried", async () => (await desk.entry(id)).attempts > 0);
  const waiting = await desk.entry(id);
  assert.deepEqual([waiting.status, waiting.sentAt], ["PENDING", null]);
  await api.open(port);
  await desk.post("/sync/now");
  await desk.becomes(id, "SUCCESS", 60);
  assert.equal(api.count("POST"), 1);
});

test("a change on stale values is a conflict with both sides, and a decision ends it", async () => {
  const api = await HostedApi.start(world, {
    ...empty,
    customers: [{ id: 7, ...customer, city: "Kiel" }],
  });
  const desk = await deskOf(api, withLookup);
  await until("the row is here", () => desk.row("Customer", "7"));
  await desk.simulateOffline(true);
  await api.ask("PATCH", "/customers/7", { city: "Bremen", email: "a@b.example" });
  const { id } = await desk.update("Customer", "7", { city: "Emden" });
  const other = await desk.update("Customer", "7", { vatNumber: "DE1" });
  await desk.simulateOffline(false);
  const parked = await desk.becomes(id, "CONFLICT");
  assert.equal(parked.conflict.reason, "changed");
  assert.equal(parked.conflict.base.city, "Kiel");
  assert.equal(parked.conflict.local.city, "Emden");
  assert.equal(parked.conflict.server.city, "Bremen");
  assert.equal((await api.ask("GET", "/customers/7")).city, "Bremen");

  await desk.post(`/sync/queue/${id}/force`);
  await desk.becomes(other.id, "SUCCESS");
  const there = await api.ask("GET", "/customers/7");
  assert.deepEqual([there.city, there.vatNumber, there.email], ["Emden", "DE1", "a@b.example"]);
});
