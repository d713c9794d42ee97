// A new desk of a company that has a hundred thousand rows: it takes them page by page, says how far
// it is, and goes on where it was when it is killed or its connection is cut in the midst.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { until, World } from "./harness.mjs";
import { sql } from "./sql.mjs";

const rows = 100_000;
const pageRows = 4000; // src/engine/limits.h
const pages = rows / pageRows;
const updatedAt = "2026-01-01T00:00:00.000+00:00";
const mostSeconds = 300; // on a busy machine; else it is some seconds

const customers = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
at = "2026-01-01T00:00:00.000+00:00"
database.executemany(
    'INSERT INTO "Customer" ("id", "name", "country", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?)',
    ((f"c{i:06}", f"Customer {i}", "DE", at, at) for i in range(int(sys.argv[2]))))
database.commit()
`;

let world, cloud, hamburg;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  const database = await world.freight("hamburg.db");
  const filled = await world.run("/usr/bin/env", ["python3", "-c", customers, database, `${rows}`]);
  assert.equal(filled.code, 0, filled.stderr);
  const offered = await world.run("slipway", ["init", "--database", database, "--yes"], {
    seconds: 300,
  });
  assert.equal(offered.code, 0, offered.stderr);
  const token = await cloud.token("Hamburg");
  hamburg = await (await world.desk("hamburg", { database, cloud: cloud.url, token })).start();
  const drained = async () => (await hamburg.status()).waiting === 0;
  await until("the cloud has all rows", drained, 600);
});
after(() => world.close());

/** Between a desk and the cloud: counts the pages, and meddles with one when told to. */
async function between() {
  const way = { asked: [], meddle: null };
  way.url = await world.server((request, answer) => {
    const page = request.url.startsWith("/v1/snapshot");
    if (page) way.asked.push(new URL(request.url, cloud.url).searchParams);
    const meddle = page ? way.meddle?.(way.asked.length) : undefined;
    if (meddle === "hold") return; // the desk waits
    const { method, headers } = request;
    const on = http.request(cloud.url + request.url, { method, headers }, (from) => {
      answer.writeHead(from.statusCode, from.headers);
      if (meddle === "cut") from.once("data", (some) => answer.write(some, () => answer.destroy()));
      else from.pipe(answer);
      from.on("error", () => answer.destroy());
    });
    on.on("error", () => answer.destroy());
    answer.on("close", () => on.destroy());
    request.pipe(on);
  });
  return way;
}

test(`a first sync of ${rows} rows is killed, cut, and goes on`, async () => {
  const way = await between();
  const token = await cloud.token("New York");
  const desk = await world.desk("new-york", { cloud: way.url, token });
  const began = performance.now();
  const heldAt = 5;
  way.meddle = (count) => (count === heldAt ? "hold" : undefined);
  await desk.start();
  await until("the fifth page is asked for", () => way.asked.length === heldAt, mostSeconds);
  const midst = await desk.status();
  assert.deepEqual(midst.fullPull, { done: (heldAt - 1) * pageRows, total: rows });
  await desk.create("Customer", "mine", { name: "Made meanwhile", country: "US", updatedAt });
  await desk.kill();

  way.meddle = (count) => (count === heldAt + 6 ? "cut" : undefined);
  await desk.start();
  await until(
    "everything is here",
    async () => (await desk.status()).fullPull === null && way.asked.length > heldAt,
    mostSeconds,
  );
  const seconds = (performance.now() - began) / 1000;
  console.log(`# ${rows} rows in ${seconds.toFixed(1)} s, killed and cut`);

  const again = way.asked[heldAt];
  assert.equal(again.get("after"), way.asked[heldAt - 1].get("after"), "from where it had come");
  assert.equal(again.get("at"), way.asked[heldAt - 1].get("at"));
  assert.ok(way.asked.length <= pages + 4, `${way.asked.length} pages were asked for`);

  const sees = async () => (await hamburg.row("Customer", "mine")) !== null;
  await until("Hamburg has what New York wrote meanwhile", sees);
  const sum = `SELECT count(*) AS n, count(DISTINCT name) AS names, min(id) AS first, max(id) AS last
    FROM "Customer"`;
  const tables = [desk, hamburg].map(({ database }) => sql(world, database, sum));
  const [[[here]], [[there]]] = await Promise.all(tables);
  assert.equal(here.n, rows + 1);
  assert.deepEqual(here, there);
});
