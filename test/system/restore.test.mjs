// A cloud in PostgreSQL that is copied and restored by the very commands that docs/cloud.md gives,
// while its desks know more than the copy: they notice it by their marks, offer again what was lost,
// and end equal. What took effect is counted with SQL.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Cloud, programs, repository, request, until, World } from "./harness.mjs";
import { isInstalled, programs as postgresPrograms, startPostgres } from "./postgres.mjs";

const skip = isInstalled ? false : "the package postgresql-15 is not installed";
const environment = { SYNC_INTERVAL_MS: "3600000" }; // what a desk learns it is told
const customer = { country: "DE", updatedAt: "2026-01-01T00:00:00.000+00:00" };

let world, postgres, node;

before(async () => {
  if (skip) return;
  world = new World();
  postgres = await startPostgres(world, { name: "slipway" }); // as the manual calls it
  node = await new Cloud(world, postgres.url).start();
});
after(() => world?.close());

/** The blocks of commands of a section, in order. */
function commandsOf(section) {
  const text = fs.readFileSync(path.join(repository, "docs/cloud.md"), "utf8");
  const found = text.split("\n## ").find((part) => part.startsWith(`${section}\n`));
  return [...found.matchAll(/```sh\n(.*?)```/gs)].map(([, commands]) => commands);
}

async function shell(commands) {
  const { hostname, port } = new URL(postgres.url);
  const env = {
    ...{ PGHOST: hostname, PGPORT: port, PGUSER: "postgres", PGDATABASE: "postgres" },
    PATH: [programs, postgresPrograms, process.env.PATH].join(":"),
    SLIPWAY_CLOUD_DATABASE: postgres.url,
  };
  const ran = await world.run("/bin/bash", ["-euc", commands], { env });
  assert.equal(ran.code, 0, `${commands}\n${ran.stdout}\n${ran.stderr}`);
  return ran.stdout;
}

async function desk(name) {
  const options = { cloud: node.url, token: await node.token(name), environment };
  return (await world.desk(name, options)).start();
}

const safePoint = async (token) =>
  (await request(`${node.url}/v1/capabilities`, { token })).json.safe?.seq;
const namesOf = (rows) => [...rows].map(([id, row]) => `${id}: ${row.values.name}`).sort();
const restored = (one) =>
  until(`${one.name} has followed`, async () => (await one.status()).generation === 1);

async function together(desks) {
  for (const one of desks) await one.drained();
  const heads = await Promise.all(desks.map(async (one) => (await one.status()).head));
  const newest = heads.reduce((a, b) => (a.seq > b.seq ? a : b));
  for (const one of desks) await one.reached(newest);
}

test(
  "a database restored by the manual's commands gets back what its desks know",
  { skip },
  async () => {
    const [backUp, restore] = commandsOf("Backup and restore");
    const hamburg = await desk("Hamburg");
    const newYork = await desk("New York");
    const desks = [hamburg, newYork];
    let writes = 0;
    const write = async (one, op, id, name) => {
      writes += 1;
      await one[op]("Customer", id, op === "create" ? { ...customer, name } : { name });
    };
    for (let i = 0; i < 10; ++i) await write(desks[i % 2], "create", `c${i}`, "before");
    await together(desks);
    await shell(backUp);
    const copied = (await hamburg.status()).head.seq;
    assert.equal(
      await safePoint(await node.token("Script")),
      copied,
      "the copy is told to devices",
    );

    // What only the desks know when the cloud comes back; and what it has never heard of.
    for (let i = 10; i < 20; ++i) await write(desks[i % 2], "create", `c${i}`, "after");
    await together(desks);
    await write(hamburg, "update", "c0", "changed by Hamburg");
    await together(desks);
    await write(newYork, "update", "c1", "changed by New York");
    await hamburg.delete("Customer", "c2");
    await together(desks);
    await node.stop();
    await write(newYork, "create", "c20", "while it was away");

    const said = await shell(restore);
    assert.match(said, /Everything is explained\.\s*$/);
    assert.match(said, new RegExp(`Tenant acme: ${copied} commits without gaps, 10 rows`));
    assert.match(said, /No backup is known/, "a copy does not know itself");
    await node.start();
    for (const one of desks) await restored(one);
    await until("nothing is lost", async () => {
      const all = await Promise.all(desks.map((one) => one.status()));
      return all.every(({ lost }) => lost === 0);
    });
    await together(desks);

    const changed = { 0: "changed by Hamburg", 1: "changed by New York", 20: "while it was away" };
    const expected = Array.from({ length: 21 }, (_, i) => i)
      .filter((i) => i !== 2)
      .map((i) => `c${i}: ${changed[i] ?? (i < 10 ? "before" : "after")}`)
      .sort();
    for (const one of desks) assert.deepEqual(namesOf(await one.rows("Customer")), expected);

    const counts = `SELECT (SELECT seq FROM head), (SELECT count(*) - 1 FROM commit_log),
    (SELECT count(*) FROM entity WHERE NOT deleted), (SELECT count(*) FROM row_image),
    (SELECT count(*) FROM receipt), (SELECT count(*) FROM receipt WHERE verdict <> 'applied')`;
    const [head, commits, rows, images, receipts, others] = (await postgres.sql(counts))
      .split("|")
      .map(Number);
    assert.equal(commits, head, "no gaps");
    assert.equal(rows, 20);
    assert.equal(images, writes + 1, "each write took effect once, the delete included");
    assert.equal(receipts, writes + 1, "each was judged once");
    assert.equal(others, 0);
    const script = await node.token("Script");
    assert.equal(
      await safePoint(script),
      undefined,
      "until there is a copy nothing may be forgotten",
    );
    await shell(backUp.replace(/^psql .*$/m, "")); // what is done once
    assert.equal(await safePoint(script), copied, "the first copy may still be restored again");
    for (const one of desks) {
      const doctor = await world.run("slipway", ["doctor", "--database", one.database]);
      assert.equal(doctor.code, 0, doctor.stdout);
    }
  },
);
