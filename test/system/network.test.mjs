// Each fault of a network by itself, between the shipped programs, while somebody writes. It is felt,
// it passes, nobody clicks, and the account must come out (account.mjs). SLIPWAY_EVERY_BYTE=1 cuts
// after each byte instead of some.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as faults from "./faults.mjs";
import { pause, seeded, until } from "./harness.mjs";
import { drainSeconds, hint, scene } from "./scene.mjs";

const random = seeded();
const every = Boolean(process.env.SLIPWAY_EVERY_BYTE);
/** The fault lasts until it has struck so often, while writes go on, and then a while of writes. */
async function endure({ desk, proxy, writer }, fault, { hits = 1, seconds = 30 } = {}) {
  proxy.fault = fault;
  const writing = writer.writeSome(8);
  await until(
    "the fault is felt",
    async () => {
      if (fault.hits >= hits) return true;
      await hint(desk);
      return false;
    },
    seconds,
  );
  await writing;
  proxy.fault = null;
}

const passing = {
  "answers to pushes are lost": () => faults.answerLost({ pushes: true }),
  "answers are torn": () => faults.answerTorn(),
  "connections are reset in a request": () => faults.cutAfter(150, "up", { reset: true }),
  "connections are reset in an answer": () => faults.cutAfter(100, "down", { reset: true }),
  "everything takes 300 ms longer each way": () => faults.delay(300),
  "everything trickles, 20 bytes at a time": () => faults.trickle(20, 15),
};
for (const [name, fault] of Object.entries(passing)) {
  test(name, () => scene(random, (all) => endure(all, fault(), { hits: 5 })));
}

for (const status of [200, 302, 401, 403, 404, 407, 422, 426, 500, 511]) {
  test(`a captive portal answers everything with HTML (${status})`, () =>
    scene(random, (all) => endure(all, faults.portal(status), { hits: 3 })));
}

// Where the end of the head is damaged an answer never ends: the desk gives it up after its time-out,
// and may meet that several times.
const giveUpsSeconds = 180;
for (const direction of ["up", "down"]) {
  test(`some bytes are others than those that were sent (${direction}, SLIPWAY_SEED=${random.seed})`, () =>
    scene(random, (all) =>
      endure(all, faults.garble(random, direction), { hits: 40, seconds: giveUpsSeconds }),
    ));
}

for (const direction of ["up", "down"]) {
  const what = direction === "up" ? "a request" : "an answer";
  test(`the connection is cut after k bytes of ${what}`, (t) =>
    scene(random, async ({ desk, proxy, writer }) => {
      let points = 0;
      for (let k = 0; ; k += every ? 1 : Math.max(1, k >> 2)) {
        proxy.fault = faults.cutAfter(k, direction, { pushes: true });
        const pushes = proxy.pushes;
        await writer.writeSome(1);
        await hint(desk);
        await until("a push", () => proxy.pushes > pushes, drainSeconds);
        await until(
          "it is cut, or whole",
          async () =>
            proxy.fault.hits > 0 || (await desk.status()).counts.SUCCESS === writer.accepted.length,
        );
        if (proxy.fault.hits === 0) break; // longer than all there is
        points += 1;
        proxy.fault = null;
        await hint(desk);
        await desk.drained(drainSeconds);
      }
      t.diagnostic(`cut at ${points} places`);
      assert.ok(points > 15);
    }));
}

test("pushes are held back in the network and arrive later, in another order, twice", () =>
  scene(random, async ({ desk, proxy, writer }) => {
    proxy.fault = faults.held();
    for (let i = 0; i < 6; i += 1) {
      await writer.writeSome(2);
      const held = proxy.held.length;
      await until("a push is held", async () => (await hint(desk), proxy.held.length > held));
    }
    proxy.fault = null;
    await hint(desk);
    await writer.writeSome(6);
    await desk.drained(drainSeconds);
    for (const old of [...proxy.held, ...proxy.held.toReversed(), ...proxy.sent]) {
      assert.equal(await proxy.repeat(old), 200);
    }
    await writer.writeSome(3);
  }));

// These last as long as the program's own patience; each has a world of its own.
describe("nobody answers", { concurrency: true }, () => {
  test("requests are taken and never answered", () =>
    scene(random, async (all) => {
      const { desk, proxy, writer } = all;
      proxy.fault = faults.silence();
      await writer.writeSome(8);
      const said = await until("it is offline", async () => {
        const now = await desk.status();
        return now.connection === "offline" && now.reason ? now : false;
      });
      assert.match(said.reason, /did not answer in time/);
      await writer.writeSome(3);
      proxy.fault = null;
    }));

  test("an answer comes after it was given up", () =>
    scene(random, async ({ desk, proxy, writer }) => {
      proxy.fault = faults.delay(24_000);
      await writer.writeSome(5);
      await until("it is offline", async () => (await desk.status()).connection === "offline");
      proxy.fault = null;
      await writer.writeSome(5);
      await pause(4_000); // until the late answers have come
    }));
});
