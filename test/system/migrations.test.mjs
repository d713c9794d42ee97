// An app migrates under entries that wait: a declared rename is carried over, also from and to a desk
// that has not migrated; what writes a dropped column is parked with the reason.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { repository, until, World } from "./harness.mjs";

const page = fs.readFileSync(path.join(repository, "docs/app-developers/migrations.md"), "utf8");
const [, configuration] = page.match(/^```toml test\n(.*?)^```$/ms);
const schema = 'CREATE TABLE "Order" ("id" TEXT PRIMARY KEY, "note" TEXT, "place" TEXT)';
const runSql = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";

let world, mine, theirs;

const sql = async (database, text) => {
  const ran = await world.run("/usr/bin/env", ["python3", "-c", runSql, database, text]);
  assert.equal(ran.code, 0, ran.stderr);
};

before(async () => {
  world = new World();
  const cloud = await world.cloud().start();
  const desk = async (name) => {
    const database = world.path(`${name}.db`);
    await sql(database, schema);
    const config = world.write(`${name}.toml`, configuration);
    const options = { database, cloud: cloud.url, token: await cloud.token(name) };
    return (await world.desk(name, { ...options, args: ["--config", config] })).start();
  };
  mine = await desk("mine");
  theirs = await desk("theirs");
});
after(() => world.close());

const shows = (desk, id, values) =>
  until(`${desk.name} shows ${JSON.stringify(values)}`, async () => {
    const row = await desk.row("Order", id);
    return row && Object.entries(values).every(([field, value]) => row.values[field] === value);
  });

test("renamed and dropped columns under entries that wait", async () => {
  const { id: created } = await mine.create("Order", "o1", { note: "first", place: "here" });
  await mine.becomes(created, "SUCCESS");
  await shows(theirs, "o1", { note: "first" });
  await mine.simulateOffline(true);
  const renamed = await mine.update("Order", "o1", { note: "by the old name" });
  await mine.stop();
  await sql(mine.database, 'ALTER TABLE "Order" RENAME COLUMN "note" TO "remark"');
  await mine.start();
  await mine.simulateOffline(false);
  await mine.becomes(renamed.id, "SUCCESS");
  await shows(mine, "o1", { remark: "by the old name" });
  await shows(theirs, "o1", { note: "by the old name" });

  // The other desk has not migrated.
  const other = await theirs.update("Order", "o1", { note: "theirs" });
  await theirs.becomes(other.id, "SUCCESS");
  await shows(mine, "o1", { remark: "theirs" });
  const own = await mine.update("Order", "o1", { remark: "by the new name" });
  await mine.becomes(own.id, "SUCCESS");
  await shows(theirs, "o1", { note: "by the new name" });
  const { payload } = await mine.entry(own.id);
  assert.deepEqual(payload, { remark: "by the new name" });

  await mine.simulateOffline(true);
  const dropped = await mine.update("Order", "o1", { place: "there", remark: "last" });
  await sql(mine.database, 'ALTER TABLE "Order" DROP COLUMN "place"'); // while the service runs
  await mine.becomes(dropped.id, "ERROR");
  const parked = await mine.entry(dropped.id);
  assert.match(parked.errorMessage, /^Order has no “place” any more/);
  assert.equal(parked.conflict.reason, "schema-changed");
  assert.match(parked.why.text, /no longer fits the app's tables/);
  const retried = await mine.post(`/sync/queue/${dropped.id}/retry`, {});
  assert.deepEqual(retried.appended[0].payload, { remark: "last" });
  await mine.simulateOffline(false);
  await mine.becomes(retried.appended[0].id, "SUCCESS");
  await shows(theirs, "o1", { note: "last", place: "here" });
});
