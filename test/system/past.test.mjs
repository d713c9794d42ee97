// When the past changes, with real processes: a cloud restored from a backup while desks know more,
// a desk's file copied, two services on one file. Nothing is silently lost, nothing happens twice.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = (name) => ({ name, country: "DE", updatedAt });

let world;
before(() => {
  world = new World();
});
after(() => world.close());

const sides = ["", "-wal", "-shm"]; // of one SQLite database

function replace(database, copy) {
  for (const side of sides) fs.rmSync(database + side, { force: true });
  fs.copyFileSync(copy, database);
}

async function restore(cloud, copy) {
  await cloud.stop();
  replace(cloud.file, copy);
  await cloud.start();
}

async function command(name, ...words) {
  return world.run("slipway", [name, ...words]);
}

async function backUp(cloud, name) {
  const file = world.path(name);
  const made = await world.run("slipway-cloud", [
    ...["backup", "--database", cloud.database, "--to", file],
  ]);
  assert.equal(made.code, 0, made.stderr);
  return file;
}

const namesOf = (rows) => [...rows].map(([id, row]) => `${id}: ${row.values.name}`).sort();

test("a restored cloud gets everything back from whoever is still there, and the rest is listed", async () => {
  const cloud = await world.cloud("restored-cloud.db").start();
  const hamburg = await world.desk("hamburg", {
    cloud: cloud.url,
    token: await cloud.token("Hamburg"),
  });
  const newYork = await world.desk("new-york", {
    cloud: cloud.url,
    token: await cloud.token("New York"),
  });
  await hamburg.start();
  await newYork.start();
  await hamburg.create("Customer", "c1", customer("before"));
  await hamburg.drained();
  await newYork.reached((await hamburg.status()).head);
  const copy = await backUp(cloud, "monday.db");

  // What only the desks know when the cloud comes back.
  await hamburg.update("Customer", "c1", { name: "after" });
  await hamburg.create("Customer", "c2", customer("Hamburg's"));
  const dropped = await hamburg.create("Customer", "c3", customer("dropped"));
  await hamburg.drained();
  await hamburg.delete("Customer", "c3");
  await hamburg.drained();
  await newYork.create("Customer", "c4", customer("New York's"));
  await newYork.drained();
  await hamburg.reached((await newYork.status()).head);
  await newYork.stop();
  const ids = new Set();
  for (const { clientRequestId } of (await hamburg.ask("/sync/queue?limit=100")).entries)
    ids.add(clientRequestId);
  assert.ok(dropped.id > 0);

  await restore(cloud, copy);
  await until("Hamburg has followed", async () => (await hamburg.status()).generation === 1);
  await hamburg.drained();
  assert.deepEqual(namesOf(await hamburg.rows("Customer")), ["c1: after", "c2: Hamburg's"]);
  const { lost, total } = await hamburg.ask("/sync/lost");
  assert.equal(total, 1);
  assert.equal(lost[0].entityId, "c4");
  assert.equal(lost[0].values.name, "New York's");
  assert.match((await command("lost", "--database", hamburg.database)).stdout, /c4/);
  for (const { clientRequestId, status } of (await hamburg.ask("/sync/queue?limit=100")).entries) {
    assert.ok(ids.has(clientRequestId), "an entry was sent under another id");
    assert.equal(status, "SUCCESS");
  }

  // Its writer comes back, and offers it again.
  await newYork.start();
  const followed = async () => (await newYork.status()).generation === 1;
  await until("New York has followed", followed); // until then all looks as it was
  await newYork.drained();
  await hamburg.reached((await newYork.status()).head);
  await until("nothing is lost any more", async () => (await hamburg.status()).lost === 0);
  for (const desk of [hamburg, newYork]) {
    assert.deepEqual(namesOf(await desk.rows("Customer")), [
      ...["c1: after", "c2: Hamburg's", "c4: New York's"],
    ]);
    const doctor = await command("doctor", "--database", desk.database);
    assert.equal(doctor.code, 0, doctor.stdout);
  }
  await hamburg.stop();
  await newYork.stop();
  await cloud.stop();
});

test("a desk's file that was copied, both at work from then on: one effect each, nothing under another id", async () => {
  const cloud = await world.cloud("copied-cloud.db").start();
  const token = await cloud.token("Laptop");
  const first = await world.desk("laptop", { cloud: cloud.url, token });
  await first.start();
  await first.create("Customer", "c1", customer("shared"));
  await first.drained();
  await first.simulateOffline(true);
  const waiting = await first.create("Customer", "c2", customer("written before the copy"));
  await first.stop();
  const copied = world.path("laptop-copy.db");
  fs.copyFileSync(first.database, copied);
  const second = await world.desk("laptop-copy", { cloud: cloud.url, token, database: copied });
  await first.start();
  await second.start();
  assert.equal(
    (await first.entry(waiting.id)).clientRequestId,
    (await second.entry(waiting.id)).clientRequestId,
  );
  assert.notEqual((await first.status()).incarnation, (await second.status()).incarnation);
  await first.create("Customer", "c3", customer("the original's"));
  await second.create("Customer", "c4", customer("the copy's"));
  await first.drained();
  await second.drained();
  const { rows, receipts, head } = await cloud.everything(token);
  await first.reached(head);
  await second.reached(head);
  assert.equal(rows.size, 4);
  assert.equal(new Set(receipts.map(({ id }) => id)).size, receipts.length);
  assert.ok(
    receipts.every(({ verdict }) => verdict === "applied"),
    JSON.stringify(receipts),
  );
  assert.deepEqual(namesOf(await first.rows("Customer")), namesOf(await second.rows("Customer")));
  const doctor = await command("doctor", "--database", second.database, "--json");
  assert.equal(doctor.code, 0, doctor.stdout);
  assert.match(doctor.stdout, /copied or restored/);
  await first.stop();
  await second.stop();
  await cloud.stop();
});

test("a desk's file that was restored from an older copy goes on without losing or doubling anything", async () => {
  const cloud = await world.cloud("older-cloud.db").start();
  const token = await cloud.token("Desk");
  const desk = await world.desk("older", { cloud: cloud.url, token });
  await desk.start();
  await desk.create("Customer", "c1", customer("old"));
  await desk.drained();
  await desk.stop();
  const copy = world.path("older-copy.db");
  fs.copyFileSync(desk.database, copy);
  await desk.start();
  await desk.create("Customer", "c2", customer("not in the copy"));
  await desk.drained();
  await desk.stop();
  replace(desk.database, copy);
  await desk.start();
  await desk.create("Customer", "c3", customer("after the restore"));
  await desk.drained();
  assert.deepEqual(namesOf(await desk.rows("Customer")), [
    ...["c1: old", "c2: not in the copy", "c3: after the restore"],
  ]);
  const { receipts } = await cloud.everything(token);
  assert.equal(receipts.length, 3);
  await desk.stop();
  await cloud.stop();
});

// The lock beside the database keeps a second service away by the same path; without it, as by
// another path or from another machine, the lease in the file does.
test("of two services on one file one works; a frozen one loses the lease and writes nothing when it wakes", async () => {
  const cloud = await world.cloud("leased-cloud.db").start();
  const token = await cloud.token("Desk");
  const first = await world.desk("leased", { cloud: cloud.url, token });
  await first.start();
  fs.rmSync(`${first.database}-slipway.run`);
  const second = await world.desk("leased-too", {
    ...{ cloud: cloud.url, token, database: first.database },
    args: ["--token-file", world.path("second.token"), "--log-file", "none"],
  });
  await second.start();
  assert.equal((await second.status()).connection, "standby");
  await first.create("Customer", "c1", customer("one"));
  await first.drained();
  assert.equal((await second.rows("Customer")).size, 1);
  const write = (name) => ({
    method: "POST",
    body: {
      entityType: "Customer",
      entityId: name,
      action: "CREATE_CUSTOMER",
      payload: customer(name),
    },
  });
  const refused = await second.request("/sync/enqueue", write("c2"));
  assert.equal(refused.status, 503);
  assert.match(refused.json.type, /standby$/);

  await first.freeze();
  const working = async (desk) => (await desk.status()).connection === "online";
  await until("the second one takes over", () => working(second), 60);
  await second.create("Customer", "c2", customer("two"));
  first.wake();
  await until(
    "the first one stands by",
    async () => (await first.status()).connection === "standby",
  );
  assert.equal((await first.request("/sync/enqueue", write("c3"))).status, 503);
  await second.drained();

  await second.stop(); // it gives the lease back
  await until("the first one works again", () => working(first));
  await first.create("Customer", "c3", customer("three"));
  await first.drained();
  const { receipts } = await cloud.everything(token);
  assert.equal(receipts.length, 3);
  assert.ok(receipts.every(({ verdict }) => verdict === "applied"));
  await first.stop();
  await first.start(); // with a run file of its own again
  await first.kill();
  await first.start(); // the kernel vouches that the one before has ended: no waiting
  assert.notEqual((await first.status()).connection, "standby");
  await first.stop();
  await cloud.stop();
});

test("the doctor's exit code says whether anything is unexplained", async () => {
  const database = await world.freight("doctor.db");
  const fresh = await command("doctor", "--database", database);
  assert.equal(fresh.code, 0, fresh.stdout);
  assert.equal((await command("init", "--database", database)).code, 0);
  const healthy = await command("doctor", "--database", database, "--json");
  assert.equal(healthy.code, 0, healthy.stdout);
  assert.equal(JSON.parse(healthy.stdout).unexplained, 0);
  const script =
    "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('DROP TRIGGER SyncQueue_open_stays'); c.commit()";
  const broken = await world.run("/usr/bin/env", ["python3", "-c", script, database]);
  assert.equal(broken.code, 0, broken.stderr);
  const found = await command("doctor", "--database", database);
  assert.equal(found.code, 1, found.stdout);
  assert.match(found.stdout, /guards/);
  assert.equal((await command("doctor")).code, 2);
  assert.equal((await command("doctor", "--database", world.path("nowhere.db"))).code, 1);
});
