// How fast one desk's change is seen at another, with real processes on loopback, and what an open
// stream costs the cloud. After `./dev build release`:
// SLIPWAY_BIN_DIR=build/release/bin node bench/live.mjs

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import { pause, until, World } from "../test/system/harness.mjs";

const changes = 300;
const streams = 1000;

const world = new World();
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function post(desk, body) {
  const headers = { authorization: `Bearer ${desk.token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = http.request(`${desk.url}/sync/enqueue`, { method: "POST", agent, headers });
    sent.on("error", reject).on("response", (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
    });
    sent.end(JSON.stringify(body));
  });
}

function report(what, waits) {
  waits.sort((a, b) => a - b);
  const at = (part) => waits[Math.floor((waits.length - 1) * part)].toFixed(2);
  console.log(`${what.padEnd(44)} p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`);
}

/** From the request at one desk to the event at the other one's panel, one change at a time. */
async function propagation(from, to, name) {
  const seen = new Map();
  const heard = await to.events();
  heard.on = ({ event, data }) => {
    if (event !== "data") return;
    for (const { entityId } of data.rows) seen.get(entityId)?.(performance.now());
  };
  const accepted = [];
  const arrived = [];
  for (let i = 0; i < changes; i += 1) {
    const id = `${name}-${i}`;
    const updatedAt = "2026-11-22T13:25:01.462+00:00";
    const payload = { name: `Customer ${i}`, country: "DE", city: "Hamburg", updatedAt };
    const arrival = new Promise((resolve) => seen.set(id, resolve));
    const began = performance.now();
    assert.equal(
      await post(from, {
        entityType: "Customer",
        entityId: id,
        action: "CREATE_CUSTOMER",
        payload,
      }),
      202,
    );
    accepted.push(performance.now() - began);
    arrived.push((await arrival) - began);
    await pause(60); // as people do: the panel's next event is not gathered with this one
  }
  heard.close();
  report("enqueue, until it is answered", accepted);
  report("enqueue, until another desk's panel hears", arrived);
}

const rssKib = (running) =>
  Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${running.child.pid}/status`, "utf8"))[1]);

async function idleStreams(cloud) {
  const token = await cloud.token("Listener");
  const before = rssKib(cloud.running);
  const open = [];
  for (let i = 0; i < streams; i += 1) {
    open.push(
      await new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` };
        http
          .get(`${cloud.url}/v1/changes/stream`, { headers, agent: false }, (answer) => {
            answer.on("error", () => {});
            answer.once("data", () => resolve(answer));
          })
          .on("error", reject);
      }),
    );
  }
  const kib = (rssKib(cloud.running) - before) / streams;
  console.log(`${`an idle stream, of ${streams}`.padEnd(44)} ${kib.toFixed(1)} KiB at the cloud`);
  return open;
}

try {
  const cloud = await world.cloud().start();
  const desk = async (name) =>
    (await world.desk(name, { cloud: cloud.url, token: await cloud.token(name) })).start();
  const [hamburg, newYork] = [await desk("hamburg"), await desk("new-york")];
  for (const each of [hamburg, newYork])
    await until(`${each.name} is live`, async () => (await each.status()).live);
  await propagation(hamburg, newYork, "alone");
  const open = await idleStreams(cloud);
  console.log(`… and with ${streams} other streams open:`);
  await propagation(hamburg, newYork, "among-many");
  for (const stream of open) stream.destroy();
} finally {
  agent.destroy();
  await world.close();
}
