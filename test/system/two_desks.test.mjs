// What two people at two desks see of each other, and what becomes of it when both change one thing.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { request, until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };
const shipment = { customerId: "c1", originPort: "DEHAM", destinationPort: "USNYC", updatedAt };

let world, cloud, hamburg, newYork, observer;
let id; // of a shipment that both desks have, a new one for each test
let count = 0;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  observer = await cloud.token("Observer");
  const environment = { SYNC_INTERVAL_MS: "100" };
  const desk = async (name) =>
    (
      await world.desk(name, { cloud: cloud.url, token: await cloud.token(name), environment })
    ).start();
  hamburg = await desk("Hamburg");
  newYork = await desk("New York");
  await hamburg.create("Customer", "c1", customer);
});
after(() => world.close());

beforeEach(async () => {
  id = `s${(count += 1)}`;
  await hamburg.create("Shipment", id, { ...shipment, status: "DRAFT", notes: "as agreed" });
  await sees(newYork, "Shipment", id, { notes: "as agreed" });
  await hamburg.drained();
});

const seesRow = (desk, type, rowId, what, condition) =>
  until(`${desk.name} sees ${type} ${rowId} ${what}`, async () => {
    const row = await desk.row(type, rowId);
    return condition(row) && { row };
  });
const sees = (desk, type, rowId, values) =>
  seesRow(
    desk,
    type,
    rowId,
    `as ${JSON.stringify(values)}`,
    (row) => row && Object.entries(values).every(([field, value]) => row.values[field] === value),
  );
const seesNo = (desk, type, rowId) => seesRow(desk, type, rowId, "go", (row) => row === null);

const slug = (answer) => answer.json.type.split("/").at(-1);

const atCloud = async (type, rowId) =>
  (await cloud.everything(observer)).rows.get(`${type}/${rowId}`);

/** New York changes first; Hamburg, which has not heard of it, changes too and is online again. */
async function bothChange(inHamburg, inNewYork) {
  await hamburg.simulateOffline(true);
  const { id: theirs } = await newYork.update("Shipment", id, inNewYork);
  await newYork.becomes(theirs, "SUCCESS");
  const mine = await hamburg.update("Shipment", id, inHamburg);
  await hamburg.simulateOffline(false);
  return mine;
}

test("a create, an update and a delete at one desk are seen at the other, both ways", async () => {
  await newYork.update("Shipment", id, { status: "BOOKED" });
  await sees(hamburg, "Shipment", id, { status: "BOOKED", notes: "as agreed" });
  await hamburg.update("Shipment", id, { notes: "loaded" });
  await sees(newYork, "Shipment", id, { status: "BOOKED", notes: "loaded" });
  await newYork.delete("Shipment", id);
  await seesNo(hamburg, "Shipment", id);
  assert.equal((await atCloud("Shipment", id)).deleted, true);
});

test("changes of different fields of one row both survive", async () => {
  const mine = await bothChange({ notes: "from Hamburg" }, { status: "BOOKED" });
  await hamburg.becomes(mine.id, "SUCCESS");
  for (const desk of [hamburg, newYork]) {
    await sees(desk, "Shipment", id, { notes: "from Hamburg", status: "BOOKED" });
  }
});

test("changes of one field park exactly one, with base, local and server", async () => {
  const mine = await bothChange(
    { notes: "from Hamburg" },
    { notes: "from New York", status: "BOOKED" },
  );
  const { conflict, why, errorMessage } = await hamburg.becomes(mine.id, "CONFLICT");
  assert.deepEqual(conflict.base, { notes: "as agreed" });
  assert.deepEqual(conflict.local, { notes: "from Hamburg" });
  assert.deepEqual(conflict.server, { notes: "from New York" });
  assert.deepEqual(conflict.fields, ["notes"]);
  assert.equal(conflict.reason, "changed");
  assert.equal(conflict.who, "New York");
  assert.ok(conflict.version.seq > 0 && conflict.when);
  assert.equal(why.code, "conflict");
  assert.ok(errorMessage === null || errorMessage.length > 0);

  // What is parked stays in view, holds its lane, and nothing else.
  const behind = await hamburg.update("Shipment", id, { notes: "and more" });
  const beside = await hamburg.create("Shipment", `${id}-beside`, shipment);
  await hamburg.becomes(beside.id, "SUCCESS");
  const held = await hamburg.entry(behind.id);
  assert.deepEqual([held.status, held.why.code, held.why.behind], ["PENDING", "behind", mine.id]);
  const { values, sync } = await hamburg.row("Shipment", id);
  assert.deepEqual([values.notes, sync.state], ["and more", "needs-you"]);
  const status = await hamburg.status();
  assert.deepEqual([status.needsYou, status.held, status.waiting], [1, 1, 0]);
  assert.equal((await newYork.status()).needsYou, 0);
  assert.equal((await atCloud("Shipment", id)).values.notes, "from New York");

  await hamburg.post(`/sync/queue/${behind.id}/discard`);
  await hamburg.post(`/sync/queue/${mine.id}/discard`);
  await hamburg.drained();
});

test("discarding a conflict restores the cloud's row, and frees the lane", async () => {
  const mine = await bothChange({ notes: "from Hamburg" }, { notes: "from New York" });
  await hamburg.becomes(mine.id, "CONFLICT");
  const preview = await hamburg.post(`/sync/queue/${mine.id}/discard?dryRun=1`);
  assert.equal(preview.dryRun, true);
  assert.deepEqual(
    preview.entries.map((entry) => entry.id),
    [mine.id],
  );
  assert.equal(preview.rows[0].values.notes, "from New York");
  assert.equal((await hamburg.entry(mine.id)).status, "CONFLICT");

  await hamburg.post(`/sync/queue/${mine.id}/discard`);
  await sees(hamburg, "Shipment", id, { notes: "from New York" });
  await hamburg.becomes(mine.id, "DISCARDED");
  await until("the void is done", async () => (await hamburg.entry(mine.id)).voidState === "done");
  const next = await hamburg.update("Shipment", id, { notes: "second thoughts" });
  await hamburg.becomes(next.id, "SUCCESS");
  await sees(newYork, "Shipment", id, { notes: "second thoughts" });
});

test("a retry takes the parked entry's place; on the same stale values it parks again", async () => {
  const mine = await bothChange({ notes: "from Hamburg" }, { notes: "from New York" });
  await hamburg.becomes(mine.id, "CONFLICT");
  const { entries } = await hamburg.post(`/sync/queue/${mine.id}/retry`);
  assert.equal(entries.length, 1);
  assert.notEqual(entries[0].clientRequestId, mine.clientRequestId);
  const successor = await hamburg.becomes(entries[0].id, "CONFLICT");
  assert.equal(successor.supersedes, mine.clientRequestId);
  assert.equal((await hamburg.entry(mine.id)).status, "DISCARDED");
  assert.equal((await atCloud("Shipment", id)).values.notes, "from New York");
  assert.equal((await hamburg.status()).needsYou, 1);

  const again = await hamburg.request(`/sync/queue/${mine.id}/retry`, { method: "POST" });
  assert.deepEqual([again.status, slug(again)], [409, "already-resolved"]);
  await hamburg.post(`/sync/queue/${successor.id}/discard`);
});

test("force keeps mine, on top of the state that the user saw, and no other", async () => {
  const mine = await bothChange({ notes: "from Hamburg" }, { notes: "from New York" });
  const { conflict } = await hamburg.becomes(mine.id, "CONFLICT");
  const forced = await hamburg.request(`/sync/queue/${mine.id}/force`, { method: "POST" });
  assert.equal(forced.status, 200, forced.text);
  const successor = await hamburg.becomes(forced.json.entries[0].id, "SUCCESS");
  assert.deepEqual(successor.base, conflict.server);
  await sees(newYork, "Shipment", id, { notes: "from Hamburg" });
});

test("an invoice and its lines arrive whole, or not at all", async () => {
  const line = (position) => ({
    entityType: "InvoiceLine",
    entityId: `${id}-l${position}`,
    action: "CREATE_INVOICE_LINE",
    payload: { invoiceId: `${id}-i`, position, description: "Freight", amountMinor: 100 },
  });
  const head = {
    entityType: "Invoice",
    entityId: `${id}-i`,
    action: "CREATE_INVOICE",
    payload: { customerId: "c1", updatedAt },
  };
  const broken = { ...line(3), payload: { ...line(3).payload, position: "third" } };
  const mutations = [head, line(1), line(2)];
  const refused = await hamburg.request("/sync/enqueue", {
    method: "POST",
    body: { mutations: [...mutations, broken] },
  });
  assert.equal(refused.status, 422);
  assert.match(refused.json.field, /payload\.position/);
  assert.equal(await hamburg.row("Invoice", `${id}-i`), null);

  const { groupId, entries } = await hamburg.enqueue({ mutations });
  assert.equal(entries.length, 3);
  assert.ok(entries.every((entry) => entry.groupId === groupId));
  await until("New York sees the invoice", async () => {
    const seen = [await newYork.row("Invoice", `${id}-i`)];
    if (!seen[0]) return false;
    // Where there is the invoice, there are its lines already.
    for (const position of [1, 2])
      seen.push(await newYork.row("InvoiceLine", `${id}-l${position}`));
    assert.ok(
      seen.every((row) => row),
      "a group arrived in part",
    );
    return true;
  });
});

test("deleting an invoice takes its lines along, at the other desk too", async () => {
  await hamburg.create("Invoice", `${id}-i`, { customerId: "c1", updatedAt });
  const payload = { invoiceId: `${id}-i`, position: 1, description: "Freight" };
  await hamburg.create("InvoiceLine", `${id}-l`, payload);
  await sees(newYork, "InvoiceLine", `${id}-l`, { position: 1 });
  const deleted = await newYork.delete("Invoice", `${id}-i`);
  assert.deepEqual(deleted.entries.map((entry) => entry.entityType).sort(), [
    "Invoice",
    "InvoiceLine",
  ]);
  await seesNo(hamburg, "InvoiceLine", `${id}-l`);
  await seesNo(hamburg, "Invoice", `${id}-i`);
});

test("Prefer: wait answers 200 when it is settled or parked, and 202 when the time is over", async () => {
  const wait = (desk, notes, seconds) =>
    desk.request("/sync/enqueue", {
      method: "POST",
      body: { entityType: "Shipment", entityId: id, action: "UPDATE_SHIPMENT", payload: { notes } },
      headers: { prefer: `wait=${seconds}` },
      seconds: seconds + 60,
    });
  const settled = await wait(newYork, "from New York", 60);
  assert.deepEqual([settled.status, settled.json.status], [200, "SUCCESS"]);
  await sees(hamburg, "Shipment", id, { notes: "from New York" });
  await hamburg.simulateOffline(true);
  const open = await wait(hamburg, "from Hamburg", 1);
  assert.deepEqual([open.status, open.json.status], [202, "PENDING"]);
  await wait(newYork, "New York again", 60);
  const answer = wait(hamburg, "Hamburg again", 1);
  await hamburg.simulateOffline(false);
  await answer;
  await hamburg.becomes(open.json.id, "CONFLICT");
  for (const entry of (await hamburg.ask("/sync/queue?filter=open")).entries) {
    await hamburg.post(`/sync/queue/${entry.id}/discard`);
  }
});

test("an Idempotency-Key gives the first answer again, and writes once", async () => {
  const body = { entityType: "Shipment", entityId: `${id}-k`, action: "CREATE_SHIPMENT" };
  const headers = { "idempotency-key": `key-${id}` };
  const first = await hamburg.enqueue({ ...body, payload: shipment }, headers);
  await hamburg.becomes(first.id, "SUCCESS");
  const second = await hamburg.enqueue({ ...body, payload: shipment }, headers);
  assert.deepEqual([second.id, second.clientRequestId], [first.id, first.clientRequestId]);
  const other = await hamburg.request("/sync/enqueue", {
    method: "POST",
    body: { ...body, payload: { ...shipment, notes: "other" } },
    headers,
  });
  assert.deepEqual([other.status, slug(other)], [422, "key-reused"]);
});

test("events tell of status, queue and data, each with a higher id", async () => {
  const here = await hamburg.events();
  const there = await newYork.events();
  assert.equal(here.status, 200);
  assert.match(here.type, /^text\/event-stream/);
  await until("the first event is the status", () => here.list[0]?.event === "status");
  const { id: entry } = await hamburg.update("Shipment", id, { notes: "told" });
  await until("the entry's way is told", () => {
    const told = here.list.filter(({ event }) => event === "queue");
    const states = told.flatMap(({ data }) => data.entries).filter((one) => one.id === entry);
    return states.at(-1)?.status === "SUCCESS";
  });
  await until("the other desk's data event names the row", () =>
    there.list.some(
      ({ event, data }) => event === "data" && data.rows.some((row) => row.entityId === id),
    ),
  );
  await until("the status ends with nothing waiting", () => {
    const last = here.list.findLast(({ event }) => event === "status");
    return last?.data.waiting === 0 && last.data.connection === "online";
  });
  for (const { list } of [here, there]) {
    for (const [i, event] of list.entries()) assert.ok(i === 0 || event.id > list[i - 1].id);
  }
  here.close();
  there.close();
});

test("pause keeps what is written, over a restart too; resume sends it", async () => {
  await hamburg.post("/sync/pause");
  const { id: entry } = await hamburg.update("Shipment", id, { notes: "while paused" });
  await hamburg.stop();
  await hamburg.start();
  const { status, why } = await hamburg.entry(entry);
  assert.deepEqual([status, why.code], ["PENDING", "paused"]);
  assert.equal((await hamburg.status()).connection, "paused");
  await hamburg.post("/sync/resume");
  await hamburg.becomes(entry, "SUCCESS");
  await sees(newYork, "Shipment", id, { notes: "while paused" });
});

test("a restart of everything keeps rows, queue, conflicts and the token", async () => {
  const mine = await bothChange({ notes: "from Hamburg" }, { notes: "from New York" });
  const parked = await hamburg.becomes(mine.id, "CONFLICT");
  const before = await hamburg.rows("Shipment");
  const { token } = hamburg;
  const { counts, device } = await hamburg.status();
  for (const process of [hamburg, newYork, cloud]) {
    assert.equal((await process.stop()).code, 0);
  }
  await cloud.start();
  await hamburg.start();
  await newYork.start();
  assert.equal(hamburg.token, token);
  const status = await hamburg.status();
  assert.deepEqual([status.counts, status.device], [counts, device]);
  assert.deepEqual([...(await hamburg.rows("Shipment"))], [...before]);
  assert.deepEqual((await hamburg.entry(mine.id)).conflict, parked.conflict);
  await hamburg.post(`/sync/queue/${mine.id}/discard`);
  await sees(hamburg, "Shipment", id, { notes: "from New York" });
});

test("in the end both desks and the cloud have equal rows", async () => {
  for (const desk of [hamburg, newYork]) {
    await desk.drained();
    await desk.reached((await cloud.everything(observer)).head);
  }
  const truth = await cloud.everything(observer);
  for (const type of ["Customer", "Shipment", "Invoice", "InvoiceLine"]) {
    const [mine, theirs] = [await hamburg.rows(type), await newYork.rows(type)];
    assert.deepEqual([...mine.keys()], [...theirs.keys()]);
    for (const [rowId, row] of mine) {
      assert.deepEqual(row.values, theirs.get(rowId).values);
      assert.deepEqual(row.values, truth.rows.get(`${type}/${rowId}`).values);
    }
  }
  const health = await request(`${cloud.url}/healthz`);
  assert.deepEqual([health.status, health.json.status], [200, "ok"]);
});
