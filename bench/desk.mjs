// How fast a desk is, with real processes on loopback: enqueue one at a time and with 64 writers,
// drain, and the first pull of a second device. `./dev bench` runs it on the release build.
// Figures depend on the machine; compare runs on one machine only. It checks what it measured.

import assert from "node:assert/strict";
import http from "node:http";
import { World } from "../test/system/harness.mjs";

const one_by_one = 1000;
const writers = 64;
const per_writer = 50;
const drained_entries = 10_000;
const batch_size = 500; // mutations a request

const world = new World();

function customer(id) {
  const updatedAt = "2026-11-22T13:25:01.462+00:00";
  const payload = { name: `Customer ${id}`, country: "DE", city: "Hamburg", updatedAt };
  return { entityType: "Customer", entityId: id, action: "CREATE_CUSTOMER", payload };
}

/** Posts on one kept connection; gives the milliseconds until the answer. */
function writer(desk) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${desk.token}`, "content-type": "application/json" };
  return (mutation) =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const request = http.request(`${desk.url}/sync/enqueue`, { method: "POST", agent, headers });
      request.on("error", reject).on("response", (answer) => {
        answer.resume().on("end", () => {
          if (answer.statusCode === 202) resolve(performance.now() - began);
          else reject(new Error(`enqueue was answered ${answer.statusCode}`));
        });
      });
      request.end(JSON.stringify(mutation));
    });
}

function report(what, count, milliseconds, waits = []) {
  waits.sort((a, b) => a - b);
  const at = (part) => waits[Math.floor((waits.length - 1) * part)].toFixed(1);
  const spread = waits.length ? `   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms` : "";
  const rate = Math.round((count / milliseconds) * 1000);
  console.log(`${what.padEnd(38)} ${String(rate).padStart(7)}/s${spread}`);
}

async function measure(what, count, work) {
  const began = performance.now();
  const waits = await work();
  report(what, count, performance.now() - began, waits ?? []);
}

async function run() {
  const cloud = await world.cloud().start();
  const tokens = [await cloud.token("Hamburg"), await cloud.token("New York")];
  const desk = await world.desk("hamburg", { cloud: cloud.url, token: tokens[0] });
  await desk.start();
  await desk.simulateOffline(true);

  await measure("enqueue, one at a time", one_by_one, async () => {
    const write = writer(desk);
    const waits = [];
    for (let i = 0; i < one_by_one; ++i) waits.push(await write(customer(`one-${i}`)));
    return waits;
  });
  await measure(`enqueue, ${writers} writers`, writers * per_writer, async () => {
    const all = Array.from({ length: writers }, async (_, w) => {
      const write = writer(desk);
      const waits = [];
      for (let i = 0; i < per_writer; ++i) waits.push(await write(customer(`many-${w}-${i}`)));
      return waits;
    });
    return (await Promise.all(all)).flat();
  });
  const before = (await desk.status()).counts.PENDING;
  await measure(`enqueue, batches of ${batch_size}`, drained_entries - before, async () => {
    for (let at = before; at < drained_entries; at += batch_size) {
      const size = Math.min(batch_size, drained_entries - at);
      await desk.enqueue({
        batch: Array.from({ length: size }, (_, i) => customer(`batch-${at + i}`)),
      });
    }
  });
  await measure("drain", drained_entries, async () => {
    await desk.simulateOffline(false);
    await desk.drained(300);
  });
  assert.equal((await desk.status()).counts.SUCCESS, drained_entries);

  const second = await world.desk("new-york", { cloud: cloud.url, token: tokens[1] });
  const { head } = await desk.status();
  await measure("first pull of a second device", drained_entries, async () => {
    await second.start();
    await second.reached(head, 300);
  });
  assert.equal((await second.ask("/data/Customer?limit=1")).total, drained_entries);
}

try {
  await run();
} finally {
  await world.close();
}
