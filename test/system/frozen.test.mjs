// A process that is stopped (SIGSTOP) and wakes later (SIGCONT): a laptop lid, a paused container, a
// machine that swaps. A stopped cloud keeps connections open and answers late; a stopped daemon wakes
// with answers that it has given up, or that others have overtaken.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { silence } from "./faults.mjs";
import { pause, seeded, until } from "./harness.mjs";
import { pushUnderWay, scene } from "./scene.mjs";

const random = seeded();
const patience = 20; // of the daemon with a silent cloud, in seconds (transport/limits.h)

describe("frozen and awake again", { concurrency: true }, () => {
  test(`at random moments, 60 times (SLIPWAY_SEED=${random.seed})`, () =>
    scene(random, async ({ cloud, desk, writer }) => {
      for (let round = 0; round < 60; round += 1) {
        const victim = random.pick([cloud, desk]);
        const writing = writer.writeSome(2);
        await pause(random.below(40));
        await victim.freeze();
        await pause(random.below(120));
        victim.wake();
        await writing;
      }
    }));

  test("the cloud for longer than the daemon's patience: offline says why, writes go on", () =>
    scene(random, async (all) => {
      const { cloud, desk, writer } = all;
      const { writing } = await pushUnderWay(all);
      await pause(random.below(5));
      await cloud.freeze();
      await writing;
      const said = await until(
        "it is offline",
        async () => {
          const now = await desk.status();
          return now.connection === "offline" && now.reason ? now : false;
        },
        patience + 60,
      );
      assert.match(said.reason, /did not answer in time/);
      await writer.writeSome(5);
      assert.ok((await desk.status()).waiting >= 5);
      cloud.wake();
    }));

  test("the cloud, while the daemon is killed and starts again and again", () =>
    scene(random, async (all) => {
      const { cloud, desk, writer } = all;
      const { writing } = await pushUnderWay(all);
      await cloud.freeze();
      await writing;
      for (let i = 0; i < 5; i += 1) {
        await writer.writeSome(1);
        await desk.kill();
        await desk.start();
      }
      cloud.wake(); // it finds the pushes of dead connections, and judges them
    }));

  test("the daemon in a push that is never answered", () =>
    scene(random, async (all) => {
      const { desk, proxy } = all;
      proxy.fault = silence({ pushes: true });
      const { writing } = await pushUnderWay(all);
      await writing;
      await until("the push is answered", () => proxy.fault.hits > 0);
      await desk.freeze();
      proxy.fault = null;
      await pause(6000);
      desk.wake();
    }));

  test("the daemon in a push whose answer comes meanwhile, and a cloud that moved on", () =>
    scene(random, async (all) => {
      const { world, cloud, desk, writer } = all;
      const token = await cloud.token("New York");
      const other = await (await world.desk("new-york", { cloud: cloud.url, token })).start();
      await until("the row is there", () => other.row("Customer", "c1"));
      const { writing } = await pushUnderWay(all);
      await desk.freeze();
      for (const city of ["Bergen", "Gent", "Pula"]) {
        const { id } = await other.update("Customer", "c1", { city });
        await other.becomes(id, "SUCCESS");
      }
      await cloud.kill();
      await cloud.start();
      desk.wake();
      await writing;
      await until(
        "the other desk's value is here",
        async () => (await desk.row("Customer", "c1")).values.city === "Pula",
      );
      const { entries } = await other.ask("/sync/queue?limit=100");
      all.writers.push({ desk: other, accepted: entries.toReversed(), model: new Map() });
      writer.model.get("Customer/c1").city = "Pula";
    }));
});
