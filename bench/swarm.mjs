// Thousands of devices at one cloud, with real processes on loopback: people who think, go offline
// and come back; everybody draining a backlog; everybody coming back after an outage. Prints rates,
// waits, and what is asked for in the worst second of a storm against what the node serves when there
// is always more to do: pushes against the steady rate of the drain, requests of all kinds against
// the steady rate of a rush, which is the same mixture without anything that holds it off. Fails when
// either is more than twice as much, or anything was lost or doubled.
//
//   ./dev bench swarm [--devices 5000] [--tenants 500] [--postgres] [--think 20] [--work 30]
//                        [--backlog 20] [--outage 2,90]
//
// Devices come with JWTs, so that thousands of them need no command each. The swarm takes a
// processor of its own: what the cloud can do is a little more than what is measured.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { Cloud, pause, World } from "../test/system/harness.mjs";
import { startPostgres } from "../test/system/postgres.mjs";
import { Counts } from "./swarm_counts.mjs";
import { Device } from "./swarm_device.mjs";

const { values: options } = parseArgs({
  options: {
    devices: { type: "string", default: "5000" },
    tenants: { type: "string", default: "500" },
    postgres: { type: "boolean", default: false },
    think: { type: "string", default: "20" }, // seconds between one person's writes, on average
    work: { type: "string", default: "30" }, // seconds of that
    backlog: { type: "string", default: "20" }, // entries of each device, drained by all at once
    outage: { type: "string", default: "2,90" }, // seconds that the node is gone
  },
});
const [deviceCount, tenantCount, thinkSeconds, workSeconds, backlog] = [
  ...["devices", "tenants", "think", "work", "backlog"].map((name) => Number(options[name])),
];
const heartbeatSeconds = 16; // a little more than heartbeat_interval of src/http/server.h
const push = "POST /v1/push"; // what costs: a transaction, durable before it is answered
const stormMax = 2; // times a steady rate, asked for in the worst second
const issuer = "https://id.example.org/";
const world = new World();
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
let counts = new Counts();
let cloud;

const swarm = {
  url: () => cloud.url,
  begins: (route) => counts.begins(route),
  settled: (entries) => counts.settled(entries),
};

function token(tenant, device) {
  const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: "slipway", iat, exp: iat + 7200, tenant, device };
  const text = `${encoded({ alg: "RS256", kid: "swarm" })}.${encoded(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}

async function start() {
  const database = options.postgres
    ? (await startPostgres(world, { fsync: true })).url
    : `sqlite:${world.path("c")}`;
  cloud = new Cloud(world, database);
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "swarm" };
  const keys = world.write("keys.json", JSON.stringify({ keys: [jwk] }));
  cloud.args = ["--jwks", keys, "--jwt-issuer", issuer, "--jwt-audience", "slipway"];
  const tenants = Array.from({ length: tenantCount }, (_, i) => `company-${i}`);
  for (const tenant of tenants) await cloud.token("first", tenant); // so that it exists
  await cloud.start();
  return Array.from({ length: deviceCount }, (_, i) => {
    const tenant = tenants[i % tenantCount];
    return new Device(swarm, `desk-${i}`, token(tenant, `desk-${i}`));
  });
}

const say = (what, figure) => console.log(`${what.padEnd(64)} ${figure}`);
const exponential = (mean) => -Math.log(1 - Math.random()) * mean;
const all = (devices, what) => Promise.all(devices.map(what));
const load = () => `load ${loadavg()[0].toFixed(1)}`;

function tell(name) {
  const statuses = [...counts.statuses].sort(([a], [b]) => a - b);
  console.log(`\n${name} (${counts.seconds().toFixed(0)} s, ${load()})`);
  say("  answers, by status (0: none)", statuses.map((pair) => pair.join(": ")).join(", "));
  for (const line of counts.latencies()) console.log(`  ${line}`);
}

/** People at their desks: they write now and then, and one in ten waits is spent offline. */
async function work(devices) {
  counts = new Counts();
  const until = performance.now() + workSeconds * 1000;
  const left = () => until - performance.now();
  await all(devices, async (device) => {
    for (;;) {
      const wait = exponential(thinkSeconds) * 1000;
      const isOffline = Math.random() < 0.1;
      if (isOffline) await device.offline();
      await pause(Math.min(wait, Math.max(left(), 0)));
      if (left() > 0) device.enqueue();
      await (isOffline ? device.online() : device.sync());
      if (left() <= 0) return;
    }
  });
  tell(`People who write every ${thinkSeconds} s and are offline a tenth of the time`);
  say("  entries settled a second", counts.steady("entries"));
}

/** Everybody has a backlog and sends it: what the node does when there is always more to do. */
async function drain(devices, entries, entriesMax) {
  for (const device of devices) {
    device.entriesMax = entriesMax;
    for (let i = 0; i < entries; i += 1) device.enqueue();
  }
  counts = new Counts();
  await all(devices, (device) => settled(device));
  tell(`Everybody drains ${entries} entries, ${entriesMax} a request at most`);
  say("  entries settled a second, steady", counts.steady("entries"));
  say("  pushes served a second, steady", counts.steady(`served ${push}`));
  return counts.steady(`served ${push}`);
}

/** All streams break, and everybody comes back at once with one more entry: nothing holds them off. */
async function rush(devices) {
  for (const device of devices) device.enqueue();
  counts = new Counts();
  await all(devices, async (device) => {
    await device.returns();
    await settled(device);
  });
  tell("Everybody comes back to a node that is there, at once");
  say("  requests of all kinds served a second, steady", counts.steady("served all"));
  return counts.steady("served all");
}

/**
 * The node, whose streams have stood for a while, is killed; everybody has written one more; it
 * comes back, and so do they. Gives in words what was too much, or nothing.
 */
async function storm(devices, seconds, steady) {
  await pause(heartbeatSeconds * 1000); // each stream has been told within how long to return
  await cloud.kill();
  for (const device of devices) {
    device.enqueue();
    device.sync(); // tried at once, in vain
  }
  await pause(seconds * 1000);
  counts = new Counts();
  await cloud.start();
  await all(devices, (device) => settled(device));
  tell(`Everybody comes back after ${seconds} s`);
  const [pushes, requests] = [counts.peak(`asked ${push}`), counts.peak("asked all")];
  const times = (asked, rate) => (asked / rate).toFixed(2);
  say("  pushes asked for in the worst second", pushes);
  say("  that is so many times the steady rate of the drain", times(pushes, steady.pushes));
  say("  requests of all kinds asked for in the worst second", requests);
  say("  that is so many times the steady rate of a rush", times(requests, steady.requests));
  say("  and of the drain's, of pushes only, which are dearer", times(requests, steady.pushes));
  const excess = (what, asked, rate) =>
    `after ${seconds} s away ${asked} ${what} were asked for in one second, ${times(asked, rate)} times ` +
    `the ${rate} that the node serves when there is always more to do; ${stormMax} times is the most`;
  return [
    ["pushes", pushes, steady.pushes],
    ["requests", requests, steady.requests],
  ]
    .filter(([, asked, rate]) => asked > stormMax * rate)
    .map((of) => excess(...of));
}

async function settled(device) {
  for (;;) {
    await device.sync();
    if (device.unsent.length === 0 && device.connected) return;
    await pause(50);
  }
}

/** Each entry made one row, and each tenant's commits have no gap. */
async function check(devices) {
  const made = devices.reduce((sum, device) => sum + device.made, 0);
  const { stdout } = await world.run("slipway-cloud", ["tenants", "--database", cloud.database]);
  const tenants = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const rows = tenants.reduce((sum, tenant) => sum + tenant.rows, 0);
  assert.equal(rows, made, "nothing is lost, nothing is doubled");
  say(`\n${made} entries were written, as many rows are there`, "");
}

try {
  const devices = await start();
  const kind = options.postgres ? "PostgreSQL 15" : "SQLite";
  console.log(`${deviceCount} devices of ${tenantCount} tenants at one node on ${kind}, ${load()}`);
  counts = new Counts();
  await all(devices, (device) => device.sync());
  tell("Everybody comes for the first time, at once");
  await work(devices);
  await drain(devices, backlog, 500);
  const pushes = await drain(devices, Math.ceil(backlog / 5), 1); // as small as those of a storm
  const steady = { pushes, requests: await rush(devices) };
  const excess = [];
  for (const seconds of options.outage.split(","))
    excess.push(...(await storm(devices, Number(seconds), steady)));
  await check(devices);
  await all(devices, (device) => device.offline());
  for (const words of excess) console.error(`swarm: ${words}`);
  if (excess.length > 0) process.exitCode = 1;
} finally {
  await world.close();
}
