// The network is taken away and given back, SLIPWAY_ROUNDS times (200), in every way that a desk
// meets, while people go on writing. Then nothing more is written, nobody clicks, and everything
// that was accepted must be at the cloud exactly once. SLIPWAY_SEED repeats a run.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pause, request, seeded, until, World } from "./harness.mjs";
import { Proxy } from "./proxy.mjs";
import { Writer } from "./writer.mjs";

const rounds = Number(process.env.SLIPWAY_ROUNDS ?? 200);
const random = seeded();
const entityTypes = ["Customer", "Shipment", "Invoice", "InvoiceLine"];

let repeated = 0;
let world, cloud, proxy, desk, writer, hamburg, observer;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  hamburg = await cloud.token("Hamburg");
  observer = await cloud.token("Observer");
  proxy = new Proxy(() => cloud.url);
  await proxy.open();
  world.onClose(() => proxy.shut());
  desk = await (await world.desk("hamburg", { cloud: proxy.url, token: hamburg })).start();
  writer = new Writer(desk, random);
});
after(() => world.close());

/** A moment that is as likely in the middle of an exchange as between two. */
const moment = () => pause(random.below(60));

/** Until the desk has run into the fault, or gives it a miss: it may be backing off right now. */
async function felt(condition) {
  await desk.post("/sync/connectivity", { network: "changed" }).catch(() => {});
  await until("the fault is felt", condition, 0.5).catch(() => {});
}

async function restartDesk() {
  await desk.kill();
  await desk.start();
}

const offline = async () => (await desk.status()).connection === "offline";

const faults = {
  "cloud killed": async () => {
    await moment();
    await cloud.kill();
    await felt(offline);
    await cloud.start();
  },
  "cloud killed in a push": async () => {
    const pushed = new Promise((resolve) => (proxy.onPush = resolve));
    await Promise.race([pushed, pause(300)]);
    await pause(random.below(8));
    await cloud.kill();
    await cloud.start();
  },
  "connection refused": async () => {
    await moment();
    await proxy.shut();
    await felt(offline);
    await proxy.open();
  },
  "answer lost after commit": async () => {
    const before = proxy.damaged;
    proxy.mode = "cut";
    await felt(() => proxy.damaged > before);
    proxy.mode = "pass";
  },
  "answer torn": async () => {
    const before = proxy.damaged;
    proxy.mode = "tear";
    await felt(() => proxy.damaged > before);
    proxy.mode = "pass";
  },
  "connections cut": async () => {
    await moment();
    proxy.cutAll();
  },
  "desk killed": async () => {
    await moment();
    await restartDesk();
  },
  "desk killed in a push": async () => {
    const pushed = new Promise((resolve) => (proxy.onPush = resolve));
    await Promise.race([pushed, pause(300)]);
    await pause(random.below(8));
    await restartDesk();
  },
  "desk killed, answer lost": async () => {
    const before = proxy.damaged;
    proxy.mode = "cut";
    await felt(() => proxy.damaged > before);
    await restartDesk();
    proxy.mode = "pass";
  },
  "both killed": async () => {
    await moment();
    await Promise.all([cloud.kill(), desk.kill()]);
    await Promise.all([cloud.start(), desk.start()]);
  },
  "an old push repeated": async () => {
    if (proxy.sent.length === 0) return;
    assert.equal(await proxy.repeat(random.pick(proxy.sent)), 200);
    repeated += 1;
  },
  "simulated offline": async () => {
    await desk.simulateOffline(true);
    await moment();
    await desk.simulateOffline(false);
  },
};

test(`${rounds} rounds of faults (SLIPWAY_SEED=${random.seed}): each write is at the cloud once`, async (t) => {
  const began = performance.now();
  const seen = {};
  await writer.begin();
  for (let round = 0; round < rounds; round += 1) {
    const fault = random.pick(Object.keys(faults));
    seen[fault] = (seen[fault] ?? 0) + 1;
    try {
      await Promise.all([faults[fault](), writer.writeSome(2 + random.below(6))]);
    } catch (error) {
      throw new Error(`round ${round}, ${fault} (SLIPWAY_SEED=${random.seed})`, { cause: error });
    }
  }
  proxy.onPush = null;
  const faulty = (performance.now() - began) / 1000;
  const left = (await desk.status()).counts.PENDING;

  await desk.drained(180);
  const drain = performance.now() / 1000 - began / 1000 - faulty;
  t.diagnostic(`seed ${random.seed}: ${JSON.stringify(seen)}`);
  t.diagnostic(
    `${rounds} rounds in ${faulty.toFixed(1)} s (${(rounds / faulty).toFixed(1)}/s), ` +
      `${writer.accepted.length} entries in ${writer.requests} requests, ${writer.repeats} repeated; ` +
      `${proxy.pushes} pushes, ${proxy.damaged} answers lost, ${repeated} repeated; ` +
      `the last ${left} drained in ${drain.toFixed(1)} s`,
  );
});

test("the queue counts exactly what was accepted, all of it synced", async () => {
  const { counts } = await desk.status();
  assert.equal(counts.SUCCESS, writer.accepted.length);
  for (const [status, count] of Object.entries(counts)) {
    if (status !== "SUCCESS") assert.equal(count, 0, status);
  }
  const ids = writer.accepted.map((entry) => entry.clientRequestId);
  assert.equal(new Set(ids).size, ids.length);
});

test("the cloud has one applied receipt for each accepted write, and none for another", async () => {
  const { receipts } = await cloud.everything(hamburg);
  const wanted = writer.accepted.map((entry) => entry.clientRequestId).sort();
  assert.deepEqual(receipts.map((receipt) => receipt.id).sort(), wanted);
  assert.deepEqual(
    receipts.filter((receipt) => receipt.verdict !== "applied"),
    [],
  );
  for (const receipt of receipts) {
    const found = await request(`${cloud.url}/v1/requests/${receipt.id}`, { token: hamburg });
    assert.equal(found.status, 200);
    assert.equal(found.json.seq, receipt.seq);
  }
});

test("a lane's writes were judged in the order in which they were accepted, and last", async () => {
  const { receipts } = await cloud.everything(hamburg);
  const { rows } = await cloud.everything(observer);
  const seqs = new Map(receipts.map((receipt) => [receipt.id, receipt.seq]));
  const lanes = new Map();
  for (const { entityType, entityId, clientRequestId } of writer.accepted) {
    const lane = `${entityType}/${entityId}`;
    const seq = seqs.get(clientRequestId);
    assert.ok(seq >= (lanes.get(lane) ?? 0), `${lane}: ${clientRequestId} came too early`);
    lanes.set(lane, seq);
  }
  // A row that had been written once more than its receipts say would have a later version.
  for (const [lane, seq] of lanes) assert.equal(rows.get(lane)?.version.seq, seq, lane);
  assert.equal(rows.size, lanes.size);
});

test("the cloud's rows hold the last value of each field", async () => {
  const { rows } = await cloud.everything(observer);
  for (const [key, values] of writer.model) {
    const row = rows.get(key);
    assert.equal(row.deleted ?? false, values === null, key);
    for (const [field, value] of Object.entries(values ?? {})) {
      assert.deepEqual(row.values[field], value, `${key}.${field}`);
    }
  }
});

test("a second desk pulls rows equal to the first one's and to the cloud's", async () => {
  const second = await world.desk("new-york", {
    cloud: cloud.url,
    token: await cloud.token("New York"),
  });
  await second.start();
  const truth = await cloud.everything(observer);
  await second.reached(truth.head);
  let alive = 0;
  for (const entityType of entityTypes) {
    const [mine, theirs] = [await desk.rows(entityType), await second.rows(entityType)];
    assert.deepEqual([...mine.keys()].sort(), [...theirs.keys()].sort());
    for (const [id, row] of mine) {
      assert.deepEqual(theirs.get(id).values, row.values, `${entityType}/${id}`);
      assert.deepEqual(truth.rows.get(`${entityType}/${id}`).values, row.values);
      assert.equal(row.sync.state, "synced");
      alive += 1;
    }
  }
  assert.equal(alive, [...truth.rows.values()].filter((row) => !row.deleted).length);
});
