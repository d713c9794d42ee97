// Three desks and one cloud: three people edit the same fifty rows for SLIPWAY_SECONDS (25), while
// desks and cloud are killed and cut off from each other. Then nothing is written any more: every
// conflict must be shown by the desk that has it, each is decided on, and when all have drained the
// tables are equal everywhere and every accepted write is accounted for. SLIPWAY_SEED repeats a run.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { readLedger } from "./account.mjs";
import * as faults from "./faults.mjs";
import { actionOf, pause, seeded, until, World } from "./harness.mjs";
import { Proxy } from "./proxy.mjs";
import { hint } from "./scene.mjs";
import { sql } from "./sql.mjs";

const seconds = Number(process.env.SLIPWAY_SECONDS ?? 25);
const rowCount = 50;
const roundsMax = 1000; // one entry of a lane is asked about after the other, and lanes grow long
const random = seeded();
const updatedAt = "2026-01-01T00:00:00.000+00:00";
const entityTypes = ["Customer", "Shipment"];
const parked = ["CONFLICT", "ERROR"];

/** Somebody who edits what the others edit, too. */
class Editor {
  accepted = new Map(); // clientRequestId → entry
  refused = 0;
  #count = 0;

  constructor(desk, proxy) {
    this.desk = desk;
    this.proxy = proxy;
  }

  #value = () => `${this.desk.name} ${(this.#count += 1)}`;

  #mutation() {
    const id = `s${random.below(rowCount)}`;
    const dice = random.below(100);
    if (dice < 4) return ["DELETE", id, {}];
    if (dice < 12) {
      const payload = { customerId: "c1", originPort: "DEHAM", destinationPort: "USNYC" };
      return ["CREATE", id, { ...payload, notes: this.#value(), updatedAt }];
    }
    const field = random.pick(["notes", "description", "reference", "pieces"]);
    const value = field === "pieces" ? random.below(1000) : this.#value();
    return ["UPDATE", id, { [field]: value }];
  }

  /** Under one key until it is answered, as a client of ours does; a refusal is an answer. */
  async write() {
    const count = random.below(8) === 0 ? 2 : 1;
    const mutations = Array.from({ length: count }, () => {
      const [op, entityId, payload] = this.#mutation();
      return { entityType: "Shipment", entityId, action: actionOf(op, "Shipment"), payload };
    });
    const body = count === 1 ? mutations[0] : { mutations };
    const headers = { "idempotency-key": randomUUID() };
    const answer = await until("an answer to a write", async () => {
      const answer = await this.desk.request("/sync/enqueue", { method: "POST", body, headers });
      return answer.status === 503 ? false : answer;
    });
    if (answer.status !== 202) {
      assert.ok([404, 409, 422].includes(answer.status), answer.text);
      this.refused += 1;
      return;
    }
    for (const entry of answer.json.entries ?? [answer.json])
      this.accepted.set(entry.clientRequestId, entry);
  }

  /** About something that is parked, if the daemon is there; the answer may be lost. */
  async #decideOne() {
    const lost = () => null;
    const asked = await this.desk.request("/sync/queue?status=CONFLICT&limit=1").catch(lost);
    const entry = asked?.json?.entries?.[0];
    if (!entry) return;
    const how = random.pick(["force", "retry", "discard?withDependants=1"]);
    await this.desk.request(`/sync/queue/${entry.id}/${how}`, { method: "POST" }).catch(lost);
  }

  async writeUntil(end) {
    while (performance.now() < end) {
      await this.write();
      if (random.below(3) === 0) await this.#decideOne();
      await pause(random.below(60));
    }
  }
}

async function open(world) {
  const cloud = await world.cloud().start();
  const editors = [];
  for (const name of ["Hamburg", "New York", "Shanghai"]) {
    const proxy = await new Proxy(() => cloud.url).open();
    world.onClose(() => proxy.shut());
    const token = await cloud.token(name);
    const file = name.toLowerCase().replace(" ", "-");
    const desk = await (await world.desk(file, { cloud: proxy.url, token })).start();
    editors.push(new Editor(desk, proxy));
  }
  const [first] = editors;
  const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };
  await first.desk.create("Customer", "c1", customer);
  const { head } = await first.desk.drained();
  for (const { desk } of editors) await desk.reached(head);
  return { cloud, editors };
}

/** Until the end, one blow after the other. */
async function trouble({ cloud, editors }, end, figures) {
  const count = (name) => (figures[name] = (figures[name] ?? 0) + 1);
  while (performance.now() < end) {
    const { desk, proxy } = random.pick(editors);
    const kind = random.pick(["desk killed", "cloud killed", "cut off", "answers lost", "slow"]);
    count(kind);
    if (kind === "desk killed") {
      await desk.kill();
      await desk.start();
    } else if (kind === "cloud killed") {
      await cloud.kill();
      await cloud.start();
    } else if (kind === "cut off") {
      await proxy.shut();
      await pause(random.below(2500));
      await proxy.open();
    } else {
      proxy.fault = kind === "slow" ? faults.delay(80) : faults.answerLost({ pushes: true });
      await pause(random.below(1200));
      proxy.fault = null;
    }
    await pause(random.below(400));
  }
}

const settled = (desk, what, condition) =>
  until(
    what,
    async () => {
      const now = await desk.status();
      const still = now.counts.PENDING + now.counts.PROCESSING + now.counts.DISCARDING - now.held;
      return still === 0 && now.cursor?.seq === now.head?.seq && condition(now) ? now : false;
    },
    80,
  );

/** What its file has parked is what it shows, one by one. */
async function assertParkedAreShown(world, desk) {
  const [inFile] = await sql(
    world,
    desk.database,
    "SELECT id, status FROM SyncQueue WHERE status IN ('CONFLICT', 'ERROR') ORDER BY id",
  );
  const shown = [];
  for (const status of parked) {
    const { entries } = await desk.ask(`/sync/queue?status=${status}&limit=1000`);
    for (const entry of entries) {
      if (status === "CONFLICT") {
        const { conflict } = await desk.entry(entry.id);
        assert.ok("base" in conflict && "local" in conflict && "server" in conflict);
      }
      shown.push({ id: entry.id, status });
    }
  }
  assert.deepEqual(
    shown.toSorted((a, b) => a.id - b.id),
    inFile,
  );
  assert.equal((await desk.status()).needsYou, inFile.length);
  return inFile;
}

/** Half of them keep their own, half take the cloud's; who is asked again answers again. */
async function decide(world, editors, figures) {
  for (let round = 0; round < roundsMax; round += 1) {
    let left = 0;
    for (const { desk } of editors) {
      await hint(desk);
      await settled(desk, `${desk.name} has sent all that it may`, () => true);
      for (const { id } of await assertParkedAreShown(world, desk)) {
        left += 1;
        const force = round < 8 && random.below(2) === 0;
        const path = force ? `${id}/force` : `${id}/discard?withDependants=1`;
        const { status } = await desk.request(`/sync/queue/${path}`, { method: "POST" });
        assert.ok([200, 409, 422].includes(status)); // 409: decided with an earlier one
        figures[force ? "forced" : "discarded"] =
          (figures[force ? "forced" : "discarded"] ?? 0) + 1;
      }
    }
    if (left === 0) return;
  }
  assert.fail("deciding never ends");
}

async function tablesOf(world, desk) {
  const tables = await sql(
    world,
    desk.database,
    ...entityTypes.map((type) => `SELECT * FROM "${type}" ORDER BY id`),
  );
  return Object.fromEntries(tables.map((rows, i) => [entityTypes[i], rows]));
}

/** Each accepted write has one end, and each effect at the cloud is of one that was accepted. */
async function accountFor(world, cloud, editors) {
  const { receipts } = await readLedger(world, cloud);
  const verdicts = new Map(receipts.map(({ id, verdict }) => [id, verdict]));
  assert.equal(verdicts.size, receipts.length, "one receipt each");
  const known = new Set();
  const ends = {};
  for (const { desk, accepted } of editors) {
    const [queue] = await sql(
      world,
      desk.database,
      "SELECT clientRequestId, status, voidState FROM SyncQueue",
    );
    const entries = new Map(queue.map((entry) => [entry.clientRequestId, entry]));
    for (const id of accepted.keys()) assert.ok(entries.has(id), `${id} is lost`);
    for (const [id, { status, voidState }] of entries) {
      known.add(id);
      const verdict = verdicts.get(id);
      const end = `${status} ${verdict}`;
      ends[end] = (ends[end] ?? 0) + 1;
      if (status === "SUCCESS") assert.match(verdict ?? "none", /^(applied|merged)$/);
      else assert.equal(status, "DISCARDED", `${id} is open: ${status}`);
      if (status === "DISCARDED") assert.notEqual(voidState, "owed");
    }
  }
  for (const id of verdicts.keys()) assert.ok(known.has(id), `${id} was judged, nobody wrote it`);
  return ends;
}

test(`three desks edit the same ${rowCount} rows for ${seconds} s (SLIPWAY_SEED=${random.seed})`, async (t) => {
  const world = new World();
  try {
    const figures = {};
    const scene = await open(world);
    const { cloud, editors } = scene;
    const end = performance.now() + seconds * 1000;
    await Promise.all([
      trouble(scene, end, figures),
      ...editors.map((editor) => editor.writeUntil(end)),
    ]);
    await decide(world, editors, figures);
    // The last decisions of one desk come to the others.
    const heads = await Promise.all(editors.map(({ desk }) => desk.drained(80)));
    const head = heads.map((status) => status.head).reduce((a, b) => (a.seq > b.seq ? a : b));
    for (const { desk } of editors) await desk.reached(head);
    const [first, ...others] = await Promise.all(editors.map(({ desk }) => tablesOf(world, desk)));
    for (const other of others) assert.deepEqual(other, first);
    const { entities } = await readLedger(world, cloud);
    const alive = entities.filter(({ deleted }) => !deleted).map(({ type, id }) => `${type}/${id}`);
    const here = entityTypes.flatMap((type) => first[type].map(({ id }) => `${type}/${id}`));
    assert.deepEqual(here.sort(), alive.sort());
    const ends = await accountFor(world, cloud, editors);
    const accepted = editors.reduce((sum, editor) => sum + editor.accepted.size, 0);
    const refused = editors.reduce((sum, editor) => sum + editor.refused, 0);
    assert.ok(accepted > seconds, "people wrote");
    t.diagnostic(`${accepted} writes accepted, ${refused} refused; ${JSON.stringify(figures)}`);
    t.diagnostic(`${here.length} rows equal at three desks and the cloud; ${JSON.stringify(ends)}`);
  } finally {
    await world.close();
  }
});
