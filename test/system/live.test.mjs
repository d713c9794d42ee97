// Changes come by the stream: with polling once in an hour, whatever a desk sees it was told.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };
const environment = { SYNC_INTERVAL_MS: "3600000" };

let world, cloud, hamburg, newYork;
let count = 0;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  const desk = async (name) =>
    (
      await world.desk(name, { cloud: cloud.url, token: await cloud.token(name), environment })
    ).start();
  hamburg = await desk("Hamburg");
  newYork = await desk("New York");
  await isLive(hamburg);
  await isLive(newYork);
});
after(() => world.close());

const isLive = (desk) =>
  until(`${desk.name} is live`, async () => {
    const { live, connection } = await desk.status();
    return live && connection === "online";
  });

async function seesNext(to, write) {
  const id = `c${(count += 1)}`;
  await write(id);
  await until(`${to.name} sees ${id}`, async () => (await to.row("Customer", id)) !== null);
}
const created = (desk) => (id) => desk.create("Customer", id, customer);

test("what one desk writes the other is told, both ways", async () => {
  for (let i = 0; i < 3; i += 1) {
    await seesNext(newYork, created(hamburg));
    await seesNext(hamburg, created(newYork));
  }
});

test("a change is on the other desk's screen while nobody waits for it", async () => {
  const took = [];
  for (let i = 0; i < 20; i += 1) {
    const from = performance.now();
    await seesNext(newYork, created(hamburg));
    took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  const median = (took[9] + took[10]) / 2;
  console.log(
    `figure: a change is on another desk after ${median.toFixed(0)} ms, the median of 20 (loopback; looked for every so often)`,
  );
  assert.ok(median < 1000, `median of 20 changes: ${median} ms`);
});

test("a change that is too large to be told inline is pulled", async () => {
  const before = (await newYork.ask("/data/Customer?limit=1")).total;
  const batch = Array.from({ length: 120 }, (_, i) => ({
    ...{ entityType: "Customer", entityId: `many-${i}`, action: "CREATE_CUSTOMER" },
    payload: customer,
  }));
  await hamburg.enqueue({ batch });
  await until(
    "New York has all of it",
    async () => (await newYork.ask("/data/Customer?limit=1")).total === before + batch.length,
  );
});

test("a desk that is idle asks nothing, and its own push leads to no pull", async () => {
  const lonely = await world.desk("Lonely", {
    ...{ cloud: "", token: await cloud.token("Lonely"), environment },
  });
  // Between this desk and the cloud stands one who counts.
  const asked = [];
  const through = await world.server((request, answer) => {
    asked.push(`${request.method} ${request.url.split("?")[0]}`);
    const { method, headers } = request;
    const on = http.request(cloud.url + request.url, { method, headers }, (from) => {
      answer.writeHead(from.statusCode, from.headers);
      from.on("error", () => answer.destroy());
      from.pipe(answer);
    });
    on.on("error", () => answer.destroy());
    answer.on("close", () => on.destroy());
    request.pipe(on);
  });
  lonely.args.push("--cloud", through);
  await lonely.start();
  await isLive(lonely);
  await until("it has caught up", async () => {
    const { cursor, head } = await lonely.status();
    return cursor && head && cursor.seq === head.seq;
  });
  asked.length = 0;
  const { id } = await lonely.create("Customer", "lonely", customer);
  await lonely.becomes(id, "SUCCESS");
  await seesNext(lonely, created(hamburg));
  assert.deepEqual(asked, ["POST /v1/push"]);
  await lonely.stop();
});

test("after the cloud was gone for a while, desks are told again", async () => {
  await cloud.kill();
  for (const desk of [hamburg, newYork])
    await until(`${desk.name} notices`, async () => !(await desk.status()).live);
  await cloud.start();
  for (const desk of [hamburg, newYork]) {
    await desk.post("/sync/connectivity", { network: "changed" });
    await isLive(desk);
  }
  await seesNext(newYork, created(hamburg));
});

test("a commit of another process on the cloud's database is told, too", async () => {
  const second = world.spawn("slipway-cloud", [
    ...["serve", "--database", cloud.database, "--listen", "127.0.0.1:0"],
  ]);
  const { url } = await second.ready();
  const elsewhere = await world.desk("Rotterdam", {
    ...{ cloud: url, token: await cloud.token("Rotterdam"), environment },
  });
  await elsewhere.start();
  await isLive(elsewhere);
  await seesNext(hamburg, created(elsewhere));
  await seesNext(elsewhere, created(hamburg));
  await elsewhere.stop();
  await second.signal("SIGTERM");
});

test("a desk that is paused or offline by a person's wish is not live", async () => {
  await hamburg.post("/sync/pause", {});
  assert.equal((await hamburg.status()).live, false);
  await hamburg.post("/sync/resume", {});
  await isLive(hamburg);
  await hamburg.simulateOffline(true);
  assert.equal((await hamburg.status()).live, false);
  await hamburg.simulateOffline(false);
  await isLive(hamburg);
  await seesNext(hamburg, created(newYork));
});

test("a desk whose token was revoked is told nothing more", async () => {
  const args = ["token", "revoke", "--database", cloud.database, "--device", "New York"];
  const revoked = await world.run("slipway-cloud", args);
  assert.equal(revoked.code, 0, revoked.stderr);
  await created(hamburg)("secret");
  await until("New York is signed out", async () => {
    return (await newYork.status()).connection === "signed-out";
  });
  assert.equal(await newYork.row("Customer", "secret"), null);
});
