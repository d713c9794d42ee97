// Disks that are full, read-only or locked by another program, under the desk's database and under
// the cloud's: whoever writes is told what is the matter, nothing is half-written, what was accepted
// stays, and all resumes by itself.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lock, pause, seeded, until, World } from "./harness.mjs";
import { hint, scene } from "./scene.mjs";
import { cannotMount, SmallDisk } from "./small_disk.mjs";
import { sql } from "./sql.mjs";

const random = seeded();
const kibibytes = 6 * 1024;

let noMount = "";
before(async () => {
  const world = new World();
  noMount = cannotMount(world);
  await world.close();
});

/** A scene whose desk or cloud has its database on a small disk. */
async function onSmallDisk(t, whose, play) {
  if (noMount) return t.skip(noMount);
  const world = new World();
  let disk, cloud, database;
  try {
    disk = new SmallDisk(world, "disk", kibibytes);
    if (whose === "cloud") cloud = world.cloud("disk/cloud.db");
    else database = await world.freight("disk/app.db");
  } catch (error) {
    await world.close();
    throw error;
  }
  await scene(random, (all) => play({ ...all, disk }), { world, cloud, database });
}

/** Rows and entries stand together: what was accepted is there, and nothing else. */
async function nothingIsHalfWritten({ world, desk, writer }) {
  const [queue, shipments, integrity] = await sql(
    world,
    desk.database,
    "SELECT clientRequestId FROM SyncQueue ORDER BY id",
    "SELECT id, notes FROM Shipment",
    "PRAGMA integrity_check",
  );
  assert.deepEqual(integrity, [{ integrity_check: "ok" }]);
  assert.deepEqual(
    queue.map((entry) => entry.clientRequestId),
    writer.accepted.map((entry) => entry.clientRequestId),
  );
  const wanted = [...writer.model].filter(([key, row]) => key.startsWith("Shipment/") && row);
  assert.deepEqual(
    shipments.map(({ id, notes }) => [`Shipment/${id}`, notes]).sort(),
    wanted.map(([key, row]) => [key, row.notes]).sort(),
  );
}

/** Writes until one is refused; it is repeated under its key until there is space. */
async function writeUntilRefused(all, status) {
  const { writer } = all;
  writer.refusals[status] ??= 0;
  const before = writer.refusals[status];
  let writing = Promise.resolve();
  let idle = true;
  await until(
    `a write is refused with ${status}`,
    async () => {
      if (writer.refusals[status] > before) return true;
      if (!idle) return false;
      idle = false;
      writing = writer.writeSome(1).finally(() => (idle = true));
      return false;
    },
    120,
  );
  return { writing };
}

test(`the desk's disk is full (SLIPWAY_SEED=${random.seed})`, (t) =>
  onSmallDisk(t, "desk", async (all) => {
    const { desk, disk, writer } = all;
    for (const left of [0, 4, 8, 12, 20, 32, 64, 128]) {
      await writer.writeSome(1 + random.below(6)); // the first makes a row
      disk.fill(left * 1024);
      const { writing } = await writeUntilRefused(all, 507);
      assert.match(
        writer.refusal.type,
        /\/(disk-full|database-closed)$/,
        JSON.stringify(writer.refusal),
      );
      assert.match(writer.refusal.title, /space/i, JSON.stringify(writer.refusal));
      assert.ok(writer.refusal.detail, JSON.stringify(writer.refusal));
      await nothingIsHalfWritten(all);
      const status = await desk.status();
      assert.equal(typeof status.counts.PENDING, "number");
      assert.ok((await desk.rows("Shipment")).size > 0);
      disk.free();
      await writing;
    }
  }));

test("the desk is killed and started while its disk is full", (t) =>
  onSmallDisk(t, "desk", async (all) => {
    const { desk, disk, writer } = all;
    await desk.simulateOffline(true);
    await writer.writeSome(5);
    disk.fill();
    const { writing } = await writeUntilRefused(all, 507);
    await desk.simulateOffline(false);
    const said = await until("the status says why nothing goes out", async () => {
      const now = await desk.status();
      return /space/i.test(now.reason ?? "") ? now : false;
    });
    assert.equal(said.connection, "busy");
    assert.ok(said.waiting >= 5);
    await desk.kill();
    // It may come up, for reading, or say why it does not.
    const up = await desk.start().catch((error) => error);
    if (up instanceof Error) assert.match(up.message, /ended with 1: .*space/i);
    else await desk.kill();
    disk.free();
    await desk.start();
    await writing;
  }));

test("the cloud's disk is full: entries wait and say why, writes go on", (t) =>
  onSmallDisk(t, "cloud", async (all) => {
    const { desk, disk, writer, world, cloud } = all;
    for (const left of [0, 4, 16, 64]) {
      disk.fill(left * 1024);
      const said = await until("the cloud says so", async () => {
        await writer.writeSome(6); // enough to fill what is left before long
        const now = await desk.status();
        if (now.connection === "busy" && /space/i.test(now.reason ?? "")) return now;
        await hint(desk); // to try again; what comes of it shows after the next writes
        return false;
      });
      assert.ok(said.waiting > 0);
      assert.equal(said.needsYou, 0);
      const token = [
        "token",
        "create",
        "--database",
        cloud.database,
        "--tenant",
        "b",
        "--device",
        "d",
      ];
      if (left === 0) {
        const refused = await world.run("slipway-cloud", token);
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /space/i);
      }
      disk.free();
      await hint(desk);
      await desk.drained(65);
    }
  }));

test("a read-only disk at a start is refused with a clear line, and nothing is lost", (t) =>
  onSmallDisk(t, "desk", async ({ world, desk, disk, writer }) => {
    await desk.simulateOffline(true);
    await writer.writeSome(5);
    await desk.kill();
    disk.setReadOnly(true);
    const refused = await world.run("slipway", desk.args);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /read-only|right to write/i);
    disk.setReadOnly(false);
    await desk.start();
    await writer.writeSome(3);
  }));

test("another program locks the desk's database, for longer than anybody waits", () =>
  scene(random, async ({ world, desk, writer }) => {
    for (const seconds of [0.5, 3, 5, 2.2, 1]) {
      const free = await lock(world, desk.database);
      const writing = writer.writeSome(4);
      await pause(seconds * 1000);
      await free();
      await writing;
    }
    assert.ok(writer.refusals[503] > 0, "somebody was told to wait");
    assert.match(writer.refusal.type, /database-locked$/);
  }));

test("another program locks the cloud's database, for longer than the cloud waits", () =>
  scene(random, async ({ world, cloud, desk, writer }) => {
    for (const seconds of [1, 7]) {
      const free = await lock(world, cloud.file);
      const writing = writer.writeSome(6);
      await pause(seconds * 1000);
      assert.equal((await desk.status()).needsYou, 0);
      await free();
      await writing;
    }
  }));
