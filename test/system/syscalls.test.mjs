// The daemon and the cloud are killed at their n-th write, sync or send, and those calls fail, once and
// for a while: at a capture, at an exchange, at a start. After a restart, or once the calls succeed
// again, everything holds. A sample by default; SLIPWAY_SYSCALLS=all goes through each n until the deed
// passes without reaching it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { silence } from "./faults.mjs";
import { pause, request, seeded, until } from "./harness.mjs";
import { scene } from "./scene.mjs";
import { cannotTrace, countCalls, killedAt, Tracer } from "./tracer.mjs";

const random = seeded();
const all = process.env.SLIPWAY_SYSCALLS === "all";
const sampled = 6; // points of each deed
const skip = cannotTrace() || false;
const calls = [
  ...["pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename"],
  ...["write", "writev", "sendto", "sendmsg", "connect", "recvfrom", "recvmsg"],
];
const onDisk = ["pwrite64", "fsync", "fdatasync"];
const errors = ["EIO", "ENOSPC", "EROFS"];

/** What the victim does while its calls are counted. Writes are repeated until they are answered. */
const deeds = {
  "a capture": {
    victim: "desk",
    prepare: ({ desk }) => desk.simulateOffline(true),
    run: ({ writer }) => writer.writeSome(1),
    done: () => true,
  },
  "a capture and its exchange": {
    victim: "desk",
    prepare: ({ desk }) => desk.drained(),
    run: ({ writer }) => writer.writeSome(1),
    done: (scene) => isDrained(scene),
  },
  "an exchange of what had waited": {
    victim: "desk",
    prepare: async ({ desk, writer }) => {
      await desk.simulateOffline(true);
      await writer.writeSome(3);
    },
    run: ({ desk }) => desk.simulateOffline(false).catch(() => {}), // a restart ends it as well
    done: (scene) => isDrained(scene),
  },
  "a judgement at the cloud": {
    victim: "cloud",
    prepare: ({ desk }) => desk.drained(),
    run: ({ writer }) => writer.writeSome(2),
    done: (scene) => isDrained(scene),
  },
};

async function isDrained({ desk, writer }) {
  const { counts } = await desk.status();
  return counts.SUCCESS === writer.accepted.length;
}

/** Runs the deed to its end, or until the victim is dead; then that one starts again. */
async function runInto(scene, deed, effect, call, when) {
  const victim = scene[deed.victim];
  await deed.prepare(scene);
  const tracer = await Tracer.attach(scene.world, victim.running, call, effect, when);
  const running = (async () => {
    await deed.run(scene);
    await until("it is done", () => deed.done(scene), 60);
  })();
  const first = await Promise.race([running.then(() => "done"), victim.running.ended]);
  if (first === "done") {
    await tracer.detach();
    if (await isAlive(victim)) return false; // else it was struck after the deed, before strace let go
  } else {
    assert.equal(first, "SIGKILL", victim.running.stderr);
    await tracer.running.ended;
  }
  await victim.running.ended;
  await victim.start();
  await running;
  return true;
}

async function isAlive(victim) {
  return (await request(`${victim.url}/healthz`).catch(() => null)) !== null;
}

/** Each call up to the last that the deed makes; or some of them. */
async function* points(scene, deed) {
  if (all) {
    for (const call of calls) {
      for (let n = 1; yield [call, n]; n += 1);
    }
    return;
  }
  await deed.prepare(scene);
  const counts = await countCalls(scene.world, scene[deed.victim].running, calls, async () => {
    await deed.run(scene);
    await until("it is done", () => deed.done(scene));
  });
  for (let i = 0; i < sampled; i += 1) {
    const call = random.pick([...counts.keys()]);
    yield [call, 1 + random.below(counts.get(call))];
  }
}

for (const [name, deed] of Object.entries(deeds)) {
  test(`killed at a call of ${name} (SLIPWAY_SEED=${random.seed})`, { skip }, (t) =>
    scene(random, async (stage) => {
      const killed = {};
      let passed = 0;
      const point = points(stage, deed);
      for (let next = await point.next(); !next.done;) {
        const [call, n] = next.value;
        const died = await runInto(stage, deed, "signal=KILL", call, String(n));
        if (died) killed[call] = (killed[call] ?? 0) + 1;
        else passed += 1;
        next = await point.next(died);
      }
      t.diagnostic(`killed at ${JSON.stringify(killed)}, ${passed} times passed`);
      assert.ok(killed.pwrite64 > 0 || !all);
      assert.ok(Object.keys(killed).length > 0);
      await stage.desk.simulateOffline(false);
    }),
  );

  test(`calls fail in ${name} (SLIPWAY_SEED=${random.seed})`, { skip }, (t) =>
    scene(random, async (stage) => {
      stage.writer.refusals[507] = 0;
      const victim = stage[deed.victim];
      const trials = all
        ? onDisk.flatMap((call) =>
            errors.flatMap((error) => [1, 2, 3, 5, 8].map((n) => [call, error, n])),
          )
        : Array.from({ length: sampled }, () => [
            random.pick(["pwrite64", "fsync"]),
            random.pick(errors),
            1 + random.below(4),
          ]);
      for (const [call, error, n] of trials) {
        const once = random.below(2) === 0;
        await deed.prepare(stage);
        const tracer = await Tracer.attach(
          stage.world,
          victim.running,
          call,
          `error=${error}`,
          once ? String(n) : `${n}+`,
        );
        const running = (async () => {
          await deed.run(stage);
          await until("it is done", () => deed.done(stage), 90);
        })();
        await Promise.race([running, pause(1500)]);
        assert.equal(
          victim.running.code,
          null,
          `${call} ${error}: it ended: ${victim.running.stderr}`,
        );
        await tracer.detach();
        await running;
      }
      t.diagnostic(
        `${trials.length} calls failed; refusals: ${JSON.stringify(stage.writer.refusals)}`,
      );
      await stage.desk.simulateOffline(false);
    }),
  );
}

/** What was being sent when the daemon was killed is on disk as PROCESSING. */
async function killInAPush({ desk, proxy, writer }) {
  await desk.drained();
  proxy.fault = silence({ pushes: true });
  await writer.writeSome(2);
  await until("the push is on its way", () => proxy.fault.hits > 0);
  await desk.kill();
  proxy.fault = null;
}

test(`killed at a call of a start after a push (SLIPWAY_SEED=${random.seed})`, { skip }, (t) =>
  scene(random, async (stage) => {
    const { desk } = stage;
    const killed = {};
    for (const call of ["pwrite64", "fdatasync", "ftruncate", "unlink", "write"]) {
      for (let n = all ? 1 : 1 + random.below(4); ; n += all ? 1 : 3) {
        await killInAPush(stage);
        desk.prefix = killedAt(call, n);
        const came = await desk.start().then(
          () => "up",
          () => desk.running.code,
        );
        desk.prefix = [];
        if (came === "up") {
          await desk.kill(); // its strace ends with it
          await desk.start();
          break;
        }
        assert.equal(came, "SIGKILL", desk.running.stderr);
        killed[call] = (killed[call] ?? 0) + 1;
        await desk.start();
      }
    }
    t.diagnostic(`killed at ${JSON.stringify(killed)}`);
    assert.ok(killed.pwrite64 > 0);
  }),
);
