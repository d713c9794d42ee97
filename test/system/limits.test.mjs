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
  // Spends what may come at once, and a few seconds more.
  const many = Array.from({ length: 23 }, (_, i) => ({
    ...{ entityType: "Customer", entityId: `c${i}`, action: "CREATE_CUSTOMER" },
    payload: { name: `Customer ${i}`, country: "DE", updatedAt },
  }));
  await desk.enqueue({ batch: many });
  await desk.create("Customer", "last", { name: "Last", country: "DE", updatedAt });
  await desk.drained(120);
  assert.equal((await cloud.everything(token)).rows.size, 24);
  const metrics = async () => (await request(`${cloud.url}/metrics`)).text;
  await desk.create("Customer", "one-more", { name: "More", country: "DE", updatedAt });
  await desk.drained(120);
  assert.match(await metrics(), /slipway_limited_total\{limit="device-entries"\} [1-9]/);
  const { entries } = await desk.ask("/sync/queue?status=ERROR");
  assert.deepEqual(entries ?? [], [], "a 429 is nobody's fault");
});

test("bounds that are no numbers are wrong use", async () => {
  for (const wrong of ["-1", "many", "0.5"]) {
    const args = ["serve", "--database", cloud.database, "--device-requests", wrong];
    const { code, stderr } = await world.run("slipway-cloud", args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--device-requests/);
  }
});
