// Real input: the 10,324 lines of the SCMS freight history, imported through the local API while
// the cloud is down, drained when it comes back, and read back equal on a second device.
// SCMS_CSV names the file; it is not part of Slipway.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { rows } from "../../examples/freight/scms/rows.mjs";
import { repository, until, World } from "./harness.mjs";

const file = process.env.SCMS_CSV ?? path.join(repository, "../shared/data/scms/scms.csv");
const skip = fs.existsSync(file) ? false : `there is no ${path.basename(file)}: set SCMS_CSV`;
const chunk = 500; // mutations a request

let world;
before(() => (world = new World()));
after(() => world.close());

const seconds = (began) => (performance.now() - began) / 1000;
const figure = (what, count, time) =>
  `${what}: ${count} in ${time.toFixed(1)} s, ${Math.round(count / time)}/s`;

test(
  "10,324 freight rows, written offline, arrive equal on a second device",
  { skip },
  async (t) => {
    const mutations = rows(fs.readFileSync(file, "utf8"));
    const cloud = await world.cloud().start();
    const hamburg = await cloud.token("Hamburg");
    const newYork = await cloud.token("New York");
    await cloud.stop();
    const first = await world.desk("hamburg", { cloud: cloud.url, token: hamburg });
    await first.start();

    let began = performance.now();
    for (let at = 0; at < mutations.length; at += chunk) {
      const batch = mutations.slice(at, at + chunk);
      const { results } = await first.enqueue({ batch });
      assert.equal(results.length, batch.length);
      for (const result of results) assert.equal(result.entry?.status, "PENDING");
    }
    t.diagnostic(figure("imported while the cloud was down", mutations.length, seconds(began)));
    const before = await first.status();
    assert.equal(before.counts.PENDING, mutations.length);
    await until("it is offline", async () => (await first.status()).connection === "offline");

    began = performance.now();
    await cloud.start();
    const drained = await first.drained(300);
    t.diagnostic(
      figure("drained, waits of the backoff included", mutations.length, seconds(began)),
    );
    assert.equal(drained.counts.SUCCESS, mutations.length);

    began = performance.now();
    const second = await world.desk("new-york", { cloud: cloud.url, token: newYork });
    await second.start();
    await second.reached(drained.head, 120);
    t.diagnostic(figure("pulled by the second device", mutations.length, seconds(began)));

    let equal = 0;
    for (const entityType of ["Customer", "Shipment"]) {
      const [mine, theirs] = [await first.rows(entityType), await second.rows(entityType)];
      const written = mutations.filter((mutation) => mutation.entityType === entityType);
      assert.equal(theirs.size, written.length);
      for (const { entityId, payload } of written) {
        const { values, sync } = theirs.get(entityId);
        assert.equal(sync.state, "synced");
        for (const [field, value] of Object.entries(payload)) {
          assert.deepEqual(values[field], value, `${entityType}/${entityId}.${field}`);
        }
        assert.deepEqual(values, mine.get(entityId).values);
        equal += 1;
      }
    }
    assert.equal(equal, mutations.length);
    t.diagnostic(`${equal} rows read back equal`);
  },
);
