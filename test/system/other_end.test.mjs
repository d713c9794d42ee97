// What stands at the other end is not always our cloud in good health: pages of a captive portal,
// expired tokens, and webhooks with a mind of their own. Nothing is lost, nothing is sent twice in
// vain, and the status says what is the matter.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht", country: "DE", updatedAt };

let world, cloud;
before(async () => {
  world = new World();
  cloud = await world.cloud().start();
});
after(() => world.close());

/** An address that answers as `answers.now` says, which may change. */
async function changeable(now) {
  const answers = { now, count: 0 };
  answers.url = await world.server((request, response) => {
    request.resume().on("end", () => {
      answers.count += 1;
      answers.now(request, response);
    });
  });
  return answers;
}

const html = (status) => (request, response) => {
  response.writeHead(status, { "content-type": "text/html" });
  response.end("<!DOCTYPE html><title>Welcome to the airport</title>");
};

for (const status of [200, 302, 403, 404, 422, 500]) {
  test(`a cloud that answers HTML (${status}) is offline with a reason, and nothing is lost`, async () => {
    const portal = await changeable(html(status));
    const desk = await world.desk(`html-${status}`, { cloud: portal.url, token: "any" });
    await desk.start();
    const { id } = await desk.create("Customer", "c1", customer);
    const said = await until("a reason is given", async () => {
      const now = await desk.status();
      return now.connection !== "probing" && now.reason ? now : false;
    });
    assert.ok(["offline", "busy"].includes(said.connection), said.connection);
    assert.ok(said.nextAttemptInMs !== undefined);
    // It may be tried again at this very moment, and waits again after that.
    await until("the entry waits and says why", async () => {
      const { status, why } = await desk.entry(id);
      return status === "PENDING" && ["offline", "backoff"].includes(why.code);
    });
    await desk.stop();
  });
}

test("HTML in the place of one answer to a push parks nothing; it is sent again", async () => {
  const token = await cloud.token("Portal");
  let pages = 3;
  const portal = await world.server(async (request, response) => {
    const chunks = await request.toArray();
    if (request.method === "POST" && pages > 0) {
      pages -= 1;
      return html([422, 200, 404][pages])(request, response);
    }
    const { method, headers } = request;
    const body = method === "POST" ? Buffer.concat(chunks) : undefined;
    try {
      const answer = await fetch(cloud.url + request.url, {
        method,
        headers: {
          authorization: headers.authorization,
          ...(headers["content-type"] && { "content-type": headers["content-type"] }),
          ...(headers["content-encoding"] && { "content-encoding": headers["content-encoding"] }),
        },
        body,
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") });
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.destroy();
    }
  });
  const desk = await (await world.desk("portal", { cloud: portal, token })).start();
  const { id } = await desk.create("Customer", "portal", customer);
  const entry = await desk.becomes(id, "SUCCESS");
  assert.equal(entry.attempts, 4);
});

test("a refused token: signed out, nothing lost; a new one in its file heals it", async () => {
  const old = await cloud.token("Traveller");
  const desk = await (await world.desk("traveller", { cloud: cloud.url, token: old })).start();
  await desk.drained();
  const revoke = ["token", "revoke", "--database", cloud.database, "--device", "Traveller"];
  assert.equal((await world.run("slipway-cloud", revoke)).code, 0);
  const { id } = await desk.create("Customer", "traveller", customer);
  await until("it is signed out", async () => (await desk.status()).connection === "signed-out");
  const entry = await desk.entry(id);
  assert.deepEqual([entry.status, entry.why.code], ["PENDING", "signed-out"]);
  assert.ok((await desk.status()).reason);
  // Signed out is no reason to forget, nor to hammer: it waits for the file to change.
  fs.writeFileSync(desk.tokenFile, `${await cloud.token("Traveller")}\n`);
  await desk.becomes(id, "SUCCESS");
  assert.equal((await desk.status()).connection, "online");
});

test("a token file that is missing says so and heals when it comes", async () => {
  const token = await cloud.token("Late");
  const desk = await world.desk("late", { cloud: cloud.url, token });
  fs.rmSync(desk.tokenFile);
  await desk.start();
  const { id } = await desk.create("Customer", "late", customer);
  await until("it says why", async () => (await desk.status()).reason);
  assert.equal((await desk.entry(id)).status, "PENDING");
  world.write("late.cloud-token", token);
  await desk.becomes(id, "SUCCESS");
});

/** A webhook's receiver: `answer(entry, count)` gives [status, body] for each POST. */
async function webhook(answer) {
  const received = [];
  const url = await world.server(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()));
    const key = request.headers["idempotency-key"];
    received.push({ method: request.method, key, body, at: performance.now() });
    const times = received.filter((one) => one.key === key).length;
    const [status, json] = answer(body, times);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(json ?? {}));
  });
  return { received, url: `${url}/hook` };
}

const webhookDesk = async (name, url, environment = {}) =>
  (await world.desk(name, { environment: { SYNC_WEBHOOK_URL: url, ...environment } })).start();

test("webhook: one POST for each entry, in order, with its id as Idempotency-Key", async () => {
  const hook = await webhook(() => [200]);
  const desk = await webhookDesk("hook-order", hook.url);
  const entries = [await desk.create("Customer", "c1", customer)];
  for (let i = 0; i < 20; i += 1) {
    entries.push(await desk.update("Customer", "c1", { name: `name ${i}` }));
  }
  entries.push(await desk.delete("Customer", "c1"));
  for (const { id } of entries) await desk.becomes(id, "SUCCESS");
  assert.deepEqual(
    hook.received.map((one) => one.key),
    entries.map((entry) => entry.clientRequestId),
  );
  const [first] = hook.received;
  assert.equal(first.method, "POST");
  assert.equal(first.body.clientRequestId, first.key);
  const { entityType, entityId, action, op, payload } = first.body;
  assert.deepEqual(
    [entityType, entityId, action, op],
    ["Customer", "c1", "CREATE_CUSTOMER", "create"],
  );
  assert.equal(payload.name, "Nordlicht");
  const status = await desk.status();
  assert.deepEqual([status.target, status.counts.SUCCESS], ["webhook", entries.length]);
});

test("webhook: 409 parks the entry with the server's state; others go on", async () => {
  const server = { name: "Server's name", country: "DE" };
  const hook = await webhook((body) => (body.op === "update" ? [409, { server }] : [201]));
  const desk = await webhookDesk("hook-conflict", hook.url);
  await desk.create("Customer", "c1", customer);
  const { id } = await desk.update("Customer", "c1", { name: "My name" });
  const { conflict } = await desk.becomes(id, "CONFLICT");
  assert.deepEqual(conflict.base, { name: "Nordlicht" });
  assert.deepEqual(conflict.local, { name: "My name" });
  assert.equal(conflict.server.name, "Server's name");
  const other = await desk.create("Customer", "c2", customer);
  await desk.becomes(other.id, "SUCCESS");
  assert.equal((await desk.status()).needsYou, 1);
});

test("webhook: 500 is tried again under the same key, ever later, by SYNC_BACKOFF_*", async () => {
  const hook = await webhook((body, times) =>
    body.entityId === "sick" && times < 4 ? [500] : [200],
  );
  const environment = { SYNC_BACKOFF_BASE_MS: "50", SYNC_BACKOFF_MAX_MS: "400" };
  const desk = await webhookDesk("hook-500", hook.url, environment);
  const sick = await desk.create("Customer", "sick", customer);
  const well = await desk.create("Customer", "well", customer);
  await desk.becomes(well.id, "SUCCESS");
  const entry = await desk.becomes(sick.id, "SUCCESS");
  assert.equal(entry.attempts, 4);
  assert.deepEqual(
    entry.attemptLog.map((attempt) => attempt.kind),
    ["write", "write", "write", "write"],
  );
  const sent = hook.received.filter((one) => one.body.entityId === "sick");
  assert.equal(new Set(sent.map((one) => one.key)).size, 1);
  assert.ok(sent.at(-1).at - sent[0].at < 10_000, "the default backoff would take longer");
});

test("webhook: 422 parks as ERROR after SYNC_MAX_ATTEMPTS, and a retry is a new entry", async () => {
  let accept = false;
  const hook = await webhook(() => (accept ? [200] : [422, { title: "Not on Sundays" }]));
  const environment = {
    SYNC_MAX_ATTEMPTS: "3",
    SYNC_BACKOFF_BASE_MS: "20",
    SYNC_BACKOFF_MAX_MS: "100",
  };
  const desk = await webhookDesk("hook-422", hook.url, environment);
  const { id, clientRequestId } = await desk.create("Customer", "c1", customer);
  const entry = await desk.becomes(id, "ERROR");
  assert.equal(hook.received.length, 3);
  assert.deepEqual([entry.attempts, entry.why.code], [3, "error"]);
  assert.match(entry.errorMessage, /Not on Sundays/);
  accept = true;
  const { entries } = await desk.post(`/sync/queue/${id}/retry`);
  await desk.becomes(entries[0].id, "SUCCESS");
  assert.equal(hook.received.length, 4);
  assert.notEqual(hook.received[3].key, clientRequestId);
});

test("webhook: while nobody listens everything waits, and goes out in order when it is there", async () => {
  let refuse = true;
  const hook = await webhook(() => (refuse ? [503] : [200]));
  const desk = await webhookDesk("hook-busy", hook.url);
  const entries = [];
  for (let i = 0; i < 5; i += 1) entries.push(await desk.create("Customer", `c${i}`, customer));
  await until("it is busy", async () => (await desk.status()).connection === "busy");
  await desk.kill();
  await desk.start();
  refuse = false;
  for (const { id } of entries) await desk.becomes(id, "SUCCESS");
  const keys = [...new Set(hook.received.map((one) => one.key))];
  assert.deepEqual(
    keys,
    entries.map((entry) => entry.clientRequestId),
  );
});
