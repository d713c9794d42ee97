// Kills the primary under load, again and again, and counts effects: ./dev proof ha [ROUNDS].

import assert from "node:assert/strict";
import { pause, until, World } from "../../test/system/harness.mjs";
import { Cluster, demandPackages } from "./cluster.mjs";

const rounds = Number(process.argv[2] ?? 20);
const patience = 240;
const writeEveryMs = 100;
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

demandPackages();
const world = new World();
let failed = false;

async function desk(cluster, name) {
  const token = await cluster.nodes[0].token(name);
  const environment = { SYNC_INTERVAL_MS: "2000" };
  return (await world.desk(name, { cloud: cluster.url, token, environment })).start();
}

/** Writes until it is told to stop; gives how many writes it made. */
function load(desk) {
  const state = { writes: 0, stop: false };
  const updatedAt = "2026-01-01T00:00:00.000+00:00";
  state.ended = (async () => {
    while (!state.stop) {
      const id = `${desk.name}-${state.writes}`;
      await desk.create("Customer", id, { name: id, country: "DE", updatedAt });
      state.writes += 1;
      await pause(writeEveryMs);
    }
  })();
  return state;
}

async function round(cluster, number) {
  await until("all servers are in step", () => cluster.isSafe(), patience);
  const commits = () => cluster.sql("SELECT sum(seq) FROM head");
  const before = Number(await commits());
  const victim = await cluster.primary();
  const began = performance.now();
  await victim.kill();
  await until(
    "another server is the primary",
    async () => {
      const primary = await cluster.primary();
      return primary && primary !== victim;
    },
    patience,
  );
  const promoted = seconds(began);
  await until("commits go on", async () => Number(await commits()) > before + 3, patience);
  console.log(
    `kill ${number}: ${victim.name}; new primary after ${promoted} s, commits after ${seconds(began)} s`,
  );
  victim.start();
  await until(`${victim.name} is back`, () => victim.is("replica"), patience);
}

async function drainNode(cluster) {
  const node = cluster.nodes[0];
  const began = performance.now();
  const { code } = await node.running.signal("SIGTERM", 60);
  assert.equal(code, 0);
  console.log(`a node drained and ended in ${seconds(began)} s`);
  await node.start();
}

async function prove() {
  const cluster = await new Cluster(world).start();
  console.log("etcd, three PostgreSQL servers, HAProxy and two nodes are up");
  const desks = [await desk(cluster, "Hamburg"), await desk(cluster, "Lagos")];
  const loads = desks.map(load);
  for (let number = 1; number <= rounds; number += 1) await round(cluster, number);
  await drainNode(cluster);
  for (const state of loads) state.stop = true;
  await Promise.all(loads.map(({ ended }) => ended));
  const began = performance.now();
  for (const each of desks) await each.drained(patience);
  console.log(`desks drained in ${seconds(began)} s`);
  const writes = loads.reduce((sum, state) => sum + state.writes, 0);
  const counts = await cluster.sql(
    `SELECT (SELECT count(*) FROM entity WHERE NOT deleted),
      (SELECT count(*) FROM row_image), (SELECT count(*) FROM receipt WHERE verdict <> 'applied'),
      (SELECT sum(seq) FROM head) - (SELECT count(*) - 1 FROM commit_log)`,
  );
  const [rows, images, others, gaps] = counts.split("|").map(Number);
  console.log(
    `${writes} writes, ${rows} rows, ${images} effects, ${others} other verdicts, ${gaps} gaps`,
  );
  assert.deepEqual([rows, images, others, gaps], [writes, writes, 0, 0]);
  // A desk that has drained may not have heard yet of what the other one sent last.
  const seq = Number(await cluster.sql("SELECT sum(seq) FROM head"));
  for (const each of desks) {
    await each.reached({ seq }, patience);
    assert.equal((await each.rows("Customer")).size, writes, `${each.name} has all rows`);
  }
}

try {
  await prove();
  console.log(`proven: ${rounds} primaries killed, each write has had one effect`);
} catch (error) {
  failed = true;
  console.error(error.stack);
} finally {
  await world.close();
}
process.exit(failed ? 1 : 0);
