// A real node on PostgreSQL that is asked for far more than it can do: it says so early (503 with
// Retry-After) to those for whom it has no room, answers those that it lets in within its bounds,
// tells its balancer all the while that it is well, loses nothing, and is as before afterwards.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Cloud, pause, request, until, World } from "./harness.mjs";
import { isInstalled, startPostgres } from "./postgres.mjs";

const skip = isInstalled ? false : "the package postgresql-15 is not installed";

// src/cloud/limits.h, and the longest that a statement may take.
const waitingRequestsMax = 200;
const waitingSecondsMax = 5;
const statementSecondsMax = 8;

const clients = 350; // at once; the line holds 200
const retryAfterMax = 60;

let world, postgres, node, token;

before(async () => {
  if (skip) return;
  world = new World();
  postgres = await startPostgres(world);
  node = new Cloud(world, postgres.url);
  node.args = ["--log-requests", "--device-requests", "0", "--tenant-requests", "0"];
  await node.start();
  token = await node.token("Script");
});
after(() => world?.close());

const write = (id) =>
  request(`${node.url}/v1/entities/Customer`, {
    ...{ method: "POST", token, headers: { "idempotency-key": id } },
    body: { entityId: id, values: { id, name: id } },
  });

/** Repeats its one write until it is taken, sooner than it is told to. Gives each refusal. */
async function client(id) {
  const refusals = [];
  for (;;) {
    const answer = await write(id);
    if (answer.status === 201) return refusals;
    refusals.push(answer);
    await pause(500);
  }
}

/** What a balancer asks, until `done`: each status that /healthz and /readyz were answered with. */
async function balancer(done) {
  const seen = { statuses: new Set(), longestLine: 0 };
  do {
    for (const path of ["/healthz", "/readyz"])
      seen.statuses.add((await request(node.url + path)).status);
    seen.longestLine = Math.max(seen.longestLine, await figure("slipway_waiting_requests"));
    await pause(20);
  } while (!done());
  return seen;
}

async function figure(name) {
  const { text } = await request(`${node.url}/metrics`);
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)[1]);
}

const written = () =>
  node.running.stderr
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ route }) => route === "/v1/entities/{type}");

test("a flood is refused early, and what was let in is answered in time", { skip }, async () => {
  let over = false;
  const looking = balancer(() => over);
  const refusals = [];
  let writes = 0;
  // Once, as a rule: a node that is faster than whoever asks it is asked again.
  for (let round = 0; refusals.length === 0 && round < 5; round += 1) {
    const ids = Array.from({ length: clients }, () => `c${(writes += 1)}`);
    refusals.push(...(await Promise.all(ids.map(client))).flat());
  }
  over = true;
  const { statuses, longestLine } = await looking;

  assert.ok(refusals.length > 0, "more came than there was room for");
  for (const { status, headers, json, text } of refusals) {
    assert.equal(status, 503, text);
    assert.match(json.type, /\/overloaded$/);
    const seconds = Number(headers["retry-after"]);
    assert.ok(seconds >= 1 && seconds <= retryAfterMax, headers["retry-after"]);
  }
  assert.deepEqual([...statuses], [200], "the balancer is answered, and sends on");
  assert.ok(longestLine <= waitingRequestsMax, `${longestLine} waited`);
  assert.equal(await figure("slipway_turned_away_total"), refusals.length);

  // By the node's own clock: from when it had a request to its answer, waiting included.
  const lines = await until("each request is in the log", () => {
    const all = written();
    return all.length === refusals.length + writes && all;
  });
  const taken = lines.filter(({ status }) => status === 201);
  assert.equal(taken.length, writes);
  const longest = Math.max(...taken.map(({ ms }) => ms));
  assert.ok(longest <= (waitingSecondsMax + statementSecondsMax) * 1000, `${longest} ms`);
  const turnedAway = lines.filter(({ status }) => status === 503).map(({ ms }) => ms);
  turnedAway.sort((a, b) => a - b);
  const median = turnedAway[turnedAway.length >> 1];
  assert.ok(median < 1000, `half of those turned away waited ${median} ms to hear of it`);

  const counts = `SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM row_image),
    (SELECT seq FROM head)`;
  assert.equal(await postgres.sql(counts), `${writes}|${writes}|${writes}`, "each once");
  assert.equal(await figure("slipway_waiting_requests"), 0);
  assert.equal((await write("afterwards")).status, 201, "it is as before");
});
