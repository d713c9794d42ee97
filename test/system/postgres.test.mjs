// Desks on a cloud whose ledger is a PostgreSQL database, served by two nodes: what one desk writes
// at its node the other is told by its own (with polling once in an hour), and a node that is
// killed is done without.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Cloud, until, World } from "./harness.mjs";
import { isInstalled, startPostgres } from "./postgres.mjs";

const skip = isInstalled ? false : "the package postgresql-15 is not installed";
const environment = { SYNC_INTERVAL_MS: "3600000" };
const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };

let world, postgres, nodes, hamburg, newYork;

before(async () => {
  if (skip) return;
  world = new World();
  postgres = await startPostgres(world);
  nodes = [new Cloud(world, postgres.url), new Cloud(world, postgres.url)];
  await Promise.all(nodes.map((node) => node.start())); // both would make the tables
  const desk = async (name, node) => {
    const options = { cloud: node.url, token: await node.token(name), environment };
    const started = await (await world.desk(name, options)).start();
    await until(`${name} is live`, async () => (await started.status()).live);
    return started;
  };
  hamburg = await desk("Hamburg", nodes[0]);
  newYork = await desk("New York", nodes[1]);
});
after(() => world?.close());

const sees = (desk, id, values) =>
  until(`${desk.name} sees Customer ${id} as ${JSON.stringify(values)}`, async () => {
    const row = await desk.row("Customer", id);
    return row && Object.entries(values).every(([field, value]) => row.values[field] === value);
  });

test("what is written at one node is told at the other's desk", { skip }, async () => {
  await hamburg.create("Customer", "c1", customer);
  await sees(newYork, "c1", { name: "Nordlicht GmbH" });
  await newYork.update("Customer", "c1", { name: "Nordlicht AG" });
  await sees(hamburg, "c1", { name: "Nordlicht AG" });
});

test("a node that is killed while desks write loses and doubles nothing", { skip }, async () => {
  const write = async (desk, prefix) => {
    for (let i = 0; i < 40; ++i) {
      await desk.create("Customer", `${prefix}${i}`, { ...customer, name: `${prefix} ${i}` });
      if (i % 10 === 5 && desk === hamburg) {
        await nodes[0].kill();
        await nodes[0].start();
      }
    }
  };
  await Promise.all([write(hamburg, "h"), write(newYork, "n")]);
  for (const desk of [hamburg, newYork]) await desk.drained(60);
  for (const prefix of ["h", "n"]) {
    for (const desk of [hamburg, newYork]) await sees(desk, `${prefix}39`, {});
  }
  const counts = `SELECT (SELECT head_seq FROM tenant), (SELECT count(*) - 1 FROM commit_log),
    (SELECT count(*) FROM entity WHERE NOT deleted), (SELECT count(DISTINCT (type, id, seq)) FROM
    row_image), (SELECT count(*) FROM receipt WHERE verdict <> 'applied')`;
  const [head, commits, rows, images, others] = (await postgres.sql(counts)).split("|").map(Number);
  assert.equal(commits, head, "no gaps");
  assert.equal(rows, 81);
  assert.equal(images, 82, "each write took effect once");
  assert.equal(others, 0);
});
