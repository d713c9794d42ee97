// Clocks decide nothing (P8): the same people write the same things on two desks, while the clocks of
// the desks and of the cloud are wrong, differ, jump between restarts and jump while they run. The
// final state must be the one that right clocks give. Debian's package faketime moves the clocks.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { account } from "./account.mjs";
import { held } from "./faults.mjs";
import { programs, seeded, until, World } from "./harness.mjs";
import { Proxy } from "./proxy.mjs";
import { hint } from "./scene.mjs";
import { sql } from "./sql.mjs";
import { Writer } from "./writer.mjs";

const library = findLibrary();
const skip = library ? false : "faketime is not installed (Debian's package faketime)";
const scriptSeed = 7; // what is written is the same in each world

// /usr/lib/x86_64-linux-gnu/faketime and its like.
function findLibrary() {
  return fs
    .readdirSync("/usr/lib")
    .map((name) => path.join("/usr/lib", name, "faketime/libfaketimeMT.so.1"))
    .find((file) => fs.existsSync(file));
}

// A process that is killed leaves libfaketime's semaphore and memory behind, named by its number: the
// next process of that number could not start with one.
after(() => {
  for (const name of fs.readdirSync("/dev/shm")) {
    const owner = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/.exec(name)?.[1];
    if (owner && !fs.existsSync(`/proc/${owner}`)) fs.rmSync(`/dev/shm/${name}`, { force: true });
  }
});

/** A wall clock that can be moved while a program runs. Monotonic time goes on as it does. */
class Clock {
  constructor(world, name, shift) {
    this.file = world.path(`${name}.clock`);
    this.set(shift);
  }

  set(shift) {
    fs.writeFileSync(`${this.file}.new`, `${shift}\n`);
    fs.renameSync(`${this.file}.new`, this.file);
  }

  get environment() {
    return {
      LD_PRELOAD: `${path.join(programs, "real_timers.so")}:${library}`,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }
}

const years = (count) => `${count < 0 ? "" : "+"}${count * 365}d`;

/** How the clocks of cloud, first and second desk stand at each act of the play. */
const settings = {
  right: () => ["+0", "+0", "+0"],
  "ten years ahead at the desk, ten behind at the cloud": () => [years(-10), years(10), "+0"],
  "another one at each act": (act) => [
    years([9, -9, 0, 5][act % 4]),
    years([-10, 3, 10, 0][act % 4]),
    years([0, 10, -10, 10][act % 4]),
  ],
  "running backwards, an hour each act": (act) => [`-${act}h`, `-${2 * act}h`, `-${3 * act}h`],
};

class Play {
  act = 0;

  async open(clocksAt) {
    this.clocksAt = clocksAt;
    this.world = new World();
    this.clocks = ["cloud", "hamburg", "new-york"].map((name) => new Clock(this.world, name, "+0"));
    this.cloud = this.world.cloud();
    this.cloud.environment = this.clocks[0].environment;
    await this.cloud.start();
    this.desks = [];
    for (const [i, name] of ["hamburg", "new-york"].entries()) {
      const options = { cloud: this.cloud.url, token: await this.cloud.token(name) };
      const environment = this.clocks[i + 1].environment;
      this.desks.push(await (await this.world.desk(name, { ...options, environment })).start());
    }
    this.writer = new Writer(this.desks[0], seeded(scriptSeed));
    this.nextAct();
  }

  /** The clocks move: under the running programs, and once more for those that start anew. */
  nextAct() {
    this.act += 1;
    this.clocksAt(this.act).forEach((shift, i) => this.clocks[i].set(shift));
  }

  async meet() {
    const [hamburg, newYork] = this.desks;
    const { head } = await hamburg.drained();
    await newYork.reached(head);
    await newYork.drained();
  }

  async play() {
    const [hamburg, newYork] = this.desks;
    await this.writer.begin();
    await this.writer.writeSome(15);
    await this.meet();
    this.nextAct();
    await this.aConflictThatIsForced();
    for (const restarted of [hamburg, this.cloud, newYork]) {
      this.nextAct();
      await restarted.kill();
      await restarted.start();
      await this.writer.writeSome(6);
    }
    this.nextAct();
    await this.aWaitThatOutlivesARestart();
    this.nextAct();
    await this.writer.writeSome(10);
    await this.meet();
  }

  async aConflictThatIsForced() {
    const [hamburg, newYork] = this.desks;
    for (const desk of this.desks) await desk.simulateOffline(true);
    await hamburg.update("Customer", "c1", { city: "Bergen" });
    const { id } = await newYork.update("Customer", "c1", { city: "Gent" });
    await hamburg.simulateOffline(false);
    const { head } = await hamburg.drained();
    this.nextAct();
    await newYork.simulateOffline(false);
    await newYork.becomes(id, "CONFLICT");
    await newYork.reached(head);
    await newYork.post(`/sync/queue/${id}/force`);
    await this.meet();
  }

  // An entry's own wait and the connection's are by the monotonic clock: no jump makes them longer.
  async aWaitThatOutlivesARestart() {
    const [hamburg] = this.desks;
    await this.cloud.kill();
    await this.writer.writeSome(3);
    await until("it is offline", async () => (await hamburg.status()).connection === "offline");
    this.nextAct();
    await hamburg.kill();
    await hamburg.start();
    await this.cloud.start();
  }

  /** Everything but times, ids of chance and the places of commits in the log. */
  async finalState() {
    const [entities] = await sql(
      this.world,
      this.cloud.file,
      'SELECT type, id, "values", deleted FROM entity ORDER BY type, id',
    );
    const state = {
      cloud: entities.map((row) => ({ ...row, values: timeless(JSON.parse(row.values)) })),
    };
    for (const desk of this.desks) {
      const [queue, ...tables] = await sql(
        this.world,
        desk.database,
        "SELECT id, entityType, entityId, action, payload, status FROM SyncQueue ORDER BY id",
        ...["Customer", "Shipment", "Invoice", "InvoiceLine"].map(
          (type) => `SELECT * FROM "${type}" ORDER BY id`,
        ),
      );
      for (const entry of queue) entry.payload = timeless(JSON.parse(entry.payload));
      state[desk.name] = { queue, tables: tables.map((rows) => rows.map(timeless)) };
    }
    return state;
  }
}

const timeless = ({ createdAt, updatedAt, ...values }) => values;

let wanted;
for (const [name, clocksAt] of Object.entries(settings)) {
  test(`clocks: ${name}`, { skip }, async (t) => {
    const play = new Play();
    try {
      await play.open(clocksAt);
      await play.play();
      const state = await play.finalState();
      wanted ??= state;
      assert.deepEqual(state, wanted);
      t.diagnostic(
        `${state.cloud.length} rows, ${state.hamburg.queue.length} entries, ${play.act} settings`,
      );
    } finally {
      await play.world.close();
    }
  });
}

test(
  "26 hours later every push arrives once more, and those that never came at all",
  { skip },
  async (t) => {
    const world = new World();
    try {
      const clocks = [new Clock(world, "cloud", "+0"), new Clock(world, "hamburg", "+0")];
      const cloud = world.cloud();
      cloud.environment = clocks[0].environment;
      await cloud.start();
      const proxy = await new Proxy(() => cloud.url).open();
      world.onClose(() => proxy.shut());
      const options = { cloud: proxy.url, token: await cloud.token("Hamburg") };
      const desk = await world.desk("hamburg", { ...options, environment: clocks[1].environment });
      await desk.start();
      const writer = new Writer(desk, seeded(scriptSeed));
      await writer.begin();
      for (let i = 0; i < 4; i += 1) {
        proxy.fault = held();
        await writer.writeSome(2);
        await until("a push is held", async () => (await hint(desk), proxy.fault.hits > 0));
        proxy.fault = null;
        await hint(desk);
        await writer.writeSome(4);
        await desk.drained();
      }
      for (const clock of clocks) clock.set("+26h");
      await cloud.kill();
      await cloud.start();
      const before = await account(world, cloud, [writer]);
      const late = [...proxy.held, ...proxy.sent];
      for (const push of [...late, ...late.toReversed()])
        assert.equal(await proxy.repeat(push), 200);
      assert.deepEqual(await account(world, cloud, [writer]), before);
      await desk.kill();
      await desk.start();
      await writer.writeSome(5);
      await desk.drained();
      for (const push of late) assert.equal(await proxy.repeat(push), 200);
      await account(world, cloud, [writer]);
      t.diagnostic(`${proxy.held.length} pushes that had not come, ${proxy.sent.length} that had`);
    } finally {
      await world.close();
    }
  },
);
