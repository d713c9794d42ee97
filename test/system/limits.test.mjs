// A cloud with narrow bounds: a desk that is told to wait waits, says why, and loses nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { request, World } from "./harness.mjs";

let world, cloud, token;

before(async () => {
  world = new World();
  cloud = world.cloud();
  cloud.args = ["--device-entries", "1"]; // twenty at once
  await cloud.start();
  token = await cloud.token("Hamburg");
});
after(() => world.close());

test("a desk that has more to send than the cloud takes at a time sends it bit by bit", async () => {
  const desk = await world.desk("hamburg", { cloud: cloud.url, token });
  await desk.start();
  const updatedAt = "2026-01-01T00:00:00.000+00:00";
  const customer = (id) => ({
    ...{ entityType: "Customer", entityId: id, action: "CREATE_CUSTOMER" },
    payload: { name: `Customer ${id}`, country: "DE", updatedAt },
  });
  const wasLimited = async () =>
    /slipway_limited_total\{limit="device-entries"\} [1-9]/.test(
      (await request(`${cloud.url}/metrics`)).text,
    );
  // Spends what may come at once, and a few seconds more: what follows is too soon, unless a busy
  // machine takes longer than that to send it.
  let rounds = 0;
  for (; rounds < 5 && !(await wasLimited()); rounds += 1) {
    await desk.enqueue({
      batch: Array.from({ length: 23 }, (_, i) => customer(`c${rounds}-${i}`)),
    });
    await desk.enqueue(customer(`last-${rounds}`));
    await desk.drained(120);
  }
  assert.ok(await wasLimited());
  assert.equal((await cloud.everything(token)).rows.size, rounds * 24);
  const { entries } = await desk.ask("/sync/queue?status=ERROR");
  assert.deepEqual(entries ?? [], [], "a 429 is nobody's fault");
});

test("a tenant that has as many devices as it may gets no further one, and is told why", async () => {
  const args = ["token", "create", "--database", cloud.database, "--tenant-devices", "1"];
  const create = (device) =>
    world.run("slipway-cloud", [...args, "--tenant", "acme", "--device", device]);
  const refused = await create("Lagos");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /The tenant has 1 devices, and may have 1\..*--tenant-devices/);
  assert.equal((await create("Hamburg")).code, 0, "one that is known");
});

test("bounds that are no numbers are wrong use", async () => {
  for (const wrong of ["-1", "many", "0.5"]) {
    const args = ["serve", "--database", cloud.database, "--device-requests", wrong];
    const { code, stderr } = await world.run("slipway-cloud", args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--device-requests/);
  }
});
