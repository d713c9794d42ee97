// Actions that need the cloud, as docs/app-developers/online-actions.md tells of them.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { repository, until, World } from "./harness.mjs";

const page = fs.readFileSync(
  path.join(repository, "docs/app-developers/online-actions.md"),
  "utf8",
);
const [, configuration] = page.match(/^```toml test\n(.*?)^```$/ms);
const [, told] = page.match(/^```json test\n(.*?)^```$/ms);

const updatedAt = "2026-01-01T00:00:00.000+00:00";

let world, cloud, desk;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  const config = world.write("desk.toml", configuration);
  const token = await cloud.token("Hamburg");
  desk = await world.desk("hamburg", { cloud: cloud.url, token, args: ["--config", config] });
  await desk.start();
  await desk.create("Customer", "c1", { name: "Nordlicht GmbH", country: "DE", updatedAt });
  const ports = { originPort: "DEHAM", destinationPort: "USNYC" };
  await desk.create("Quote", "q1", { customerId: "c1", ...ports, updatedAt });
  await desk.drained();
});
after(() => world.close());

const accept = (status, id = "q1") => ({
  entityType: "Quote",
  entityId: id,
  action: "ACCEPT_QUOTE",
  payload: { status },
});
const send = (body, headers = {}) =>
  desk.request("/sync/enqueue", { method: "POST", body, headers });
const slug = (problem) => problem.type.split("/").at(-1);
const queued = async () => (await desk.ask("/sync/queue?limit=1")).total;
const capability = async (name = "ACCEPT_QUOTE") =>
  (await desk.ask("/sync/capabilities")).actions.find(({ action }) => action === name);
const connected = (wanted) =>
  until(`the desk is ${wanted}`, async () => (await desk.status()).connection === wanted);

test("while the cloud answers it is taken and sent at once", async () => {
  await connected("online");
  const { allowed, queues, reason, requires } = await capability();
  assert.deepEqual([allowed, queues, reason, requires], [true, false, null, "online"]);
  const taken = await send(accept("ACCEPTED"), { prefer: "wait=60" });
  assert.equal(taken.status, 200, taken.text);
  assert.equal(taken.json.status, "SUCCESS");
});

test("offline it is refused with the reason, told live, and nothing is written or queued", async () => {
  const heard = await desk.events();
  await desk.simulateOffline(true);
  const before = await queued();
  const refused = await send(accept("DECLINED"));
  assert.equal(refused.status, 503, refused.text);
  assert.equal(slug(refused.json), "needs-cloud");
  assert.match(refused.text, /Simulate offline.*Nothing was written/);
  assert.deepEqual(await capability(), JSON.parse(told));
  assert.equal((await capability("DELETE_INVOICE")).allowed, false);
  assert.equal((await capability("UPDATE_QUOTE")).queues, true);
  const allowed = (event) =>
    event.data.actions.find(({ action }) => action === "ACCEPT_QUOTE").allowed;
  const isTold = (wanted) => () =>
    heard.list.some((event) => event.event === "actions" && allowed(event) === wanted);
  await until("the stream tells that it is not allowed", isTold(false));
  assert.equal(await queued(), before);
  assert.equal((await desk.row("Quote", "q1")).values.status, "ACCEPTED");

  heard.list.length = 0;
  await desk.simulateOffline(false);
  await until("the stream tells that it is allowed again", isTold(true));
  heard.close();
});

test("in a group it is refused with all, in a batch alone", async () => {
  await desk.simulateOffline(true);
  const before = await queued();
  const plain = {
    entityType: "Customer",
    entityId: "c1",
    action: "UPDATE_CUSTOMER",
    payload: { country: "NL" },
  };
  const group = await send({ mutations: [plain, accept("DECLINED")] });
  assert.equal(group.status, 503, group.text);
  assert.equal(await queued(), before);
  const batch = await send({ batch: [plain, accept("DECLINED")] });
  assert.equal(batch.status, 207, batch.text);
  assert.equal(slug(batch.json.results[1].problem), "needs-cloud");
  assert.equal(await queued(), before + 1);
  await desk.simulateOffline(false);
  await desk.drained();
});

test("when the cloud is gone it is refused, and taken again when it is back", async () => {
  await cloud.stop();
  await desk.post("/sync/now");
  await connected("offline");
  assert.equal((await send(accept("DECLINED"))).status, 503);
  await cloud.start();
  await desk.post("/sync/now");
  await connected("online");
  const taken = await send(accept("DECLINED"), { prefer: "wait=60" });
  assert.equal(taken.json.status, "SUCCESS", taken.text);
});

test("what could not be sent any more is parked, and sent when a person retries it", async () => {
  await cloud.stop();
  const taken = await send(accept("EXPIRED")); // the desk has not noticed, or has
  if (taken.status !== 202) assert.equal(slug(taken.json), "needs-cloud", taken.text);
  await desk.post("/sync/now");
  await connected("offline");
  if (taken.status === 202) {
    const entry = await desk.entry(taken.json.id);
    if (entry.sentAt === null) assert.equal(entry.status, "ERROR", entry.errorMessage);
  }
  await cloud.start();
  await desk.post("/sync/now");
  await connected("online");
  if (taken.status === 202) {
    const { status } = await desk.entry(taken.json.id);
    if (status === "ERROR") await desk.post(`/sync/queue/${taken.json.id}/retry`, {});
  }
  await desk.drained();
});

test("a target that cannot be asked whether it is there is refused with such an action", async () => {
  const database = await world.freight("hook.db");
  const config = world.write("hook.toml", configuration);
  const ended = await world.run("slipway", ["serve", "--database", database, "--config", config], {
    env: { SYNC_WEBHOOK_URL: "http://127.0.0.1:9/hook" },
  });
  assert.equal(ended.code, 2, ended.stderr);
  assert.match(ended.stderr, /requires needs a target that can be asked/);
});

test("a table that is not there is told at the start", async () => {
  const text = '[actions.PAY]\nentity = "Payment"\nrequires = "online"\n';
  const args = ["--config", world.write("typo.toml", text)];
  const other = await world.desk("typo", { cloud: cloud.url, token: "any", args });
  await other.start();
  assert.match(other.running.stderr, /actions\.PAY: this database has no table “Payment”/);
  await other.stop();
});
