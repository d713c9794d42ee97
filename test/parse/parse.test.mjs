// Desks that sync to parse-server on PostgreSQL, a backend that knows nothing of Slipway: it gives ids of
// its own, has no If-Match, and refuses what comes with a request id that it had. The configuration is the
// example's. What was done is counted in PostgreSQL, by triggers.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { seeded, until, World } from "../system/harness.mjs";
import { startPostgres } from "../system/postgres.mjs";
import { HostedApi } from "../hosted_api/api.mjs";

const example = fileURLToPath(new URL("../../examples/parse-server/", import.meta.url));
const config = fs.readFileSync(`${example}slipway.toml`, "utf8");
const address = "http://127.0.0.1:1337/parse";
const types = ["Customer", "Shipment", "Quote"];
const headers = { "X-Parse-Application-Id": "freight", "X-Parse-REST-API-Key": "desk" };

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht GmbH", country: "DE", updatedAt };
const route = { originPort: "DEHAM", destinationPort: "USNYC", updatedAt };

let world, postgres, parse, api;

/** Keeps its port over restarts. */
async function startParse() {
  const env = { DATABASE_URL: postgres.url, PORT: String(parse?.port ?? 0) };
  const running = world.spawn(process.execPath, [`${example}server.mjs`], { env });
  // It warns on stdout of what its next version will do.
  const ready = /^\{"url":.*\}$/m;
  await until("parse-server serves", () => ready.test(running.stdout) || running.code !== null);
  assert.equal(running.code, null, running.stdout + running.stderr);
  const { url } = JSON.parse(running.stdout.match(ready)[0]);
  parse = { running, url, port: new URL(url).port };
}

/** Each insert, each new value of notes or city, and each delete is a line in "Effects". */
async function countEffects() {
  await postgres.sql(`CREATE TABLE "Effects" (number serial, op text, ref text, notes text, city text);
    GRANT ALL ON "Effects", "Effects_number_seq" TO slipway`);
  await postgres.sql(`CREATE FUNCTION effect() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE made record; seen jsonb; was jsonb;
    BEGIN
      IF TG_OP = 'DELETE' THEN made := OLD; ELSE made := NEW; END IF;
      seen := to_jsonb(made);
      IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        IF was->'notes' IS NOT DISTINCT FROM seen->'notes' AND was->'city' IS NOT DISTINCT FROM seen->'city'
        THEN RETURN NULL; END IF;
      END IF;
      INSERT INTO "Effects" (op, ref, notes, city)
        VALUES (TG_OP, seen->>'clientRef', seen->>'notes', seen->>'city');
      RETURN NULL;
    END $$`);
  for (const type of types)
    await postgres.sql(`CREATE TRIGGER effect AFTER INSERT OR UPDATE OR DELETE ON "${type}"
      FOR EACH ROW EXECUTE FUNCTION effect()`);
}

before(async () => {
  world = new World();
  postgres = await startPostgres(world);
  await postgres.sql("CREATE EXTENSION postgis");
  await startParse();
  await countEffects();
  api = await HostedApi.before(world, parse.url);
});
after(() => world.close());

/** What somebody else does there, past the gate. */
const there = async (method, path, body) => {
  const sent = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(parse.url + path, sent);
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
const find = async (type, where) =>
  (
    await there(
      "GET",
      `/classes/${type}?limit=1000&where=${encodeURIComponent(JSON.stringify(where))}`,
    )
  ).results;
const effects = async (op, ref, more = "") =>
  Number(
    await postgres.sql(`SELECT count(*) FROM "Effects" WHERE op='${op}' AND ref='${ref}' ${more}`),
  );

let made = 0;
async function desk(change = (text) => text) {
  const name = `desk-${(made += 1)}`;
  const at = change(config).replace(address, api.url);
  const rhythm = "[sync]\ninterval_ms = 100\nbackoff_base_ms = 50\nbackoff_max_ms = 500\n";
  const file = world.write(`${name}.toml`, `${at}\n${rhythm}`);
  return (await world.desk(name, { args: ["--config", file] })).start();
}
const withoutLookup = (text) =>
  text.replace(/^lookup = .*\n/gm, "").replace(/^\[\S*lookup\]\n.*\n.*\n/gm, "");
const withoutKey = (text) => text.replace(/^idempotent.*\n/gm, "").replace(/^159 .*\n/m, "");

function passEverything() {
  api.loses = () => false;
  api.keeps = () => false;
  api.arrives = () => {};
  api.refuses = () => null;
  api.seen = [];
}
/** The first request of that kind meets it. */
const once = (start) => {
  let left = 1;
  return (what) => what.startsWith(start) && left-- > 0;
};

test("rows made offline get parse-server's ids, and references to each other in them", async () => {
  passEverything();
  const one = await desk();
  await one.simulateOffline(true);
  await one.create("Customer", "c1", customer);
  await one.create("Shipment", "s1", { ...route, customerId: "c1" });
  await one.create("Quote", "q1", {
    ...route,
    customerId: "c1",
    shipmentId: "s1",
    amountMinor: 9900,
  });
  await one.update("Shipment", "s1", { notes: "edited offline" });
  await one.create("Customer", "c2", { ...customer, name: 'Südwind „AG“ \\ " {id}' });
  await one.delete("Customer", "c2");
  await one.kill();
  await one.start();
  await one.simulateOffline(false);
  await one.drained();

  const [c1] = await find("Customer", { clientRef: "c1" });
  const [s1] = await find("Shipment", { clientRef: "s1" });
  const [q1] = await find("Quote", { clientRef: "q1" });
  assert.match(c1.objectId, /^\w{10}$/);
  assert.deepEqual(
    [s1.customerId, s1.notes, s1.editedAt],
    [c1.objectId, "edited offline", updatedAt],
  );
  assert.deepEqual(
    [q1.customerId, q1.shipmentId, q1.amountMinor],
    [c1.objectId, s1.objectId, 9900],
  );
  assert.deepEqual(await find("Customer", { clientRef: "c2" }), []);
  const row = await one.row("Quote", "q1");
  assert.equal(row.sync.cloudId, q1.objectId);
  assert.deepEqual([row.values.customerId, row.values.shipmentId], ["c1", "s1"]);
  for (const ref of ["c1", "s1", "q1", "c2"]) assert.equal(await effects("INSERT", ref), 1, ref);
  assert.equal(await effects("DELETE", "c2"), 1);

  // The other desk has them under the ids that parse-server gave.
  const two = await desk();
  await until("the quote is there, too", () => two.row("Quote", q1.objectId));
  const pulled = await two.row("Quote", q1.objectId);
  assert.deepEqual(
    [pulled.values.customerId, pulled.values.shipmentId],
    [c1.objectId, s1.objectId],
  );
  await two.update("Quote", q1.objectId, { notes: "by the other desk", customerId: c1.objectId });
  await two.drained();
  const notes = async () => (await one.row("Quote", "q1")).values.notes;
  await until("it is at the first desk", async () => (await notes()) === "by the other desk");
  assert.equal(await effects("UPDATE", "q1"), 1);
  await two.delete("Quote", q1.objectId);
  await two.drained();
  await until("it is gone at the first desk", async () => (await one.row("Quote", "q1")) === null);
  await one.stop();
  await two.stop();
});

test("what others do there is pulled, also where a page ends between rows of one moment", async () => {
  passEverything();
  const one = await desk();
  await one.drained();
  const before = (await one.rows("Customer")).size;
  const asked = (by) =>
    api.seen.filter(
      (what) => what.startsWith("GET /classes/Customer?") && what.includes(`%22${by}%22`),
    ).length;
  // 35 rows of one moment, pages of 10.
  const ids = [];
  for (let index = 0; index < 35; index += 1) {
    const body = { name: `Batch ${index}`, country: "NL", clientRef: `batch-${index}` };
    ids.push((await there("POST", "/classes/Customer", body)).objectId);
  }
  await postgres.sql(`UPDATE "Customer" SET "updatedAt" = (SELECT max("updatedAt") FROM "Customer"), city = 'same'
    WHERE "clientRef" LIKE 'batch-%'`);
  const here = async (city) =>
    [...(await one.rows("Customer")).values()].filter((row) => row.values.city === city).length;
  await until("all of the one moment are here", async () => (await here("same")) === 35);
  assert.equal((await one.rows("Customer")).size, before + 35);
  // Again, with a moment that lies between what was seen: pages by offset, the same moment at their borders.
  await postgres.sql(`UPDATE "Customer" SET "updatedAt" = now() AT TIME ZONE 'UTC', city = 'again'
    WHERE "clientRef" LIKE 'batch-%'`);
  await until("all are changed here", async () => (await here("again")) === 35);
  assert.ok(asked("updatedAt") > asked("objectId"), "changes were asked for, not everything");
  // Deletions come with the next whole list.
  for (const id of ids.slice(0, 5)) await there("DELETE", `/classes/Customer/${id}`);
  await until("they are gone here", async () => (await one.rows("Customer")).size === before + 30);
  await one.stop();
});

test("a change on stale values is a conflict with both sides; in the gap without If-Match the later wins", async () => {
  passEverything();
  const one = await desk();
  const { objectId } = await there("POST", "/classes/Customer", {
    ...{ name: "K", country: "DE", city: "Kiel" },
    clientRef: "k",
  });
  await until("the row is here", () => one.row("Customer", objectId));
  await one.simulateOffline(true);
  await there("PUT", `/classes/Customer/${objectId}`, { city: "Bremen", email: "a@b.example" });
  const { id } = await one.update("Customer", objectId, { city: "Emden" });
  await one.simulateOffline(false);
  const { conflict } = await one.becomes(id, "CONFLICT");
  assert.deepEqual(
    [conflict.base.city, conflict.local.city, conflict.server.city],
    ["Kiel", "Emden", "Bremen"],
  );
  assert.equal((await find("Customer", { objectId }))[0].city, "Bremen");
  assert.equal(api.count("PUT"), 0);
  await one.post(`/sync/queue/${id}/force`);
  await one.drained();
  const [forced] = await find("Customer", { objectId });
  assert.deepEqual([forced.city, forced.email], ["Emden", "a@b.example"]);

  // Between the reading and the PUT: another field stays as the other made it, for a PUT names only its
  // own; the same field is overwritten. That is the gap which the page speaks of.
  let meanwhile = null;
  api.arrives = async (what) => {
    if (!what.startsWith("PUT")) return;
    await meanwhile?.();
    meanwhile = null;
  };
  meanwhile = () =>
    there("PUT", `/classes/Customer/${objectId}`, { email: "c@d.example", city: "Jever" });
  const late = await one.update("Customer", objectId, { city: "Leer" });
  await one.becomes(late.id, "SUCCESS");
  const [now] = await find("Customer", { objectId });
  assert.deepEqual([now.city, now.email], ["Leer", "c@d.example"]);
  // A row that is gone there.
  passEverything();
  await one.simulateOffline(true);
  await there("DELETE", `/classes/Customer/${objectId}`);
  const gone = await one.update("Customer", objectId, { city: "Aurich" });
  await one.simulateOffline(false);
  const parked = await one.becomes(gone.id, "CONFLICT");
  assert.equal(parked.conflict.reason, "deleted");
  await one.stop();
});

test("lost answers: one effect each, found by the lookup and by the row", async () => {
  passEverything();
  const one = await desk();
  api.loses = once("POST");
  const first = await one.create("Customer", "lost-1", customer);
  await one.becomes(first.id, "SUCCESS");
  await one.drained();
  api.loses = once("PUT");
  const second = await one.update("Customer", "lost-1", { city: "Kiel" });
  await one.becomes(second.id, "SUCCESS");
  api.loses = once("DELETE");
  await one.delete("Customer", "lost-1");
  await one.drained();
  // curl may send once more by itself what has a request id: then parse-server refuses the second.
  for (const op of ["INSERT", "UPDATE", "DELETE"]) assert.equal(await effects(op, "lost-1"), 1, op);
  await one.stop();
});

test("what is not there yet when it is looked up is refused as a duplicate, and then found", async () => {
  passEverything();
  const one = await desk();
  // The first POST is still on its way when its sender has given up; it arrives just before the second.
  api.keeps = once("POST");
  api.arrives = async (what) => {
    if (what.startsWith("POST") && api.count("POST") === 2) await api.deliver();
  };
  const { id } = await one.create("Customer", "late-1", customer);
  await one.becomes(id, "SUCCESS");
  assert.equal(api.count("POST"), 2);
  assert.equal(await effects("INSERT", "late-1"), 1);
  const [row] = await find("Customer", { clientRef: "late-1" });
  await one.drained();
  assert.equal((await one.row("Customer", "late-1")).sync.cloudId, row.objectId);

  // The same of an update: the second PUT is refused, and the row tells.
  api.seen = [];
  api.keeps = once("PUT");
  api.arrives = async (what) => {
    if (what.startsWith("PUT") && api.count("PUT") === 2) await api.deliver();
  };
  const update = await one.update("Customer", "late-1", { city: "Emden" });
  await one.becomes(update.id, "SUCCESS");
  assert.equal(api.count("PUT"), 2);
  assert.equal(await effects("UPDATE", "late-1"), 1);
  await one.stop();
});

test("a request id that was noted without its work: nobody sends on, a person is asked", async () => {
  passEverything();
  const one = await desk();
  // As when parse-server ends between the two: the key is there, the row is not.
  const note = `INSERT INTO "_Idempotency" ("objectId", "reqId", expire) VALUES`;
  await one.simulateOffline(true);
  const { id } = await one.create("Customer", "noted-1", customer);
  const { clientRequestId: key } = await one.entry(id);
  await postgres.sql(`${note} ('noted1', '${key}', now() + interval '1 hour')`);
  await one.simulateOffline(false);
  const parked = await one.becomes(id, "ERROR");
  assert.equal(parked.receipt.reason, "outcome-unknown");
  assert.match(parked.errorMessage, /was received there before, and is not to be seen/);
  assert.equal(await effects("INSERT", "noted-1"), 0);
  await one.post(`/sync/queue/${id}/retry`);
  await one.drained();
  assert.equal(await effects("INSERT", "noted-1"), 1);
  await one.stop();
});

test("request ids without a lookup: the duplicate says that it came, not under which id: asked", async () => {
  passEverything();
  const one = await desk(withoutLookup);
  api.loses = once("POST");
  const { id } = await one.create("Customer", "blind-1", customer);
  const parked = await one.becomes(id, "ERROR");
  assert.match(parked.errorMessage, /was received there before, and cannot be looked up/);
  assert.equal(api.count("POST"), 2);
  assert.equal(await effects("INSERT", "blind-1"), 1);
  await one.post(`/sync/queue/${id}/outcome`, { happened: true });
  await one.drained();
  assert.equal(await effects("INSERT", "blind-1"), 1);
  await one.stop();
});

test("a lookup without request ids: one effect; neither: a person is asked at once", async () => {
  passEverything();
  const one = await desk(withoutKey);
  api.loses = once("POST");
  const found = await one.create("Customer", "nokey-1", customer);
  await one.becomes(found.id, "SUCCESS");
  const blind = await desk((text) => withoutKey(withoutLookup(text)));
  api.loses = once("POST");
  const { id } = await blind.create("Customer", "nokey-2", customer);
  const parked = await blind.becomes(id, "ERROR");
  assert.equal(parked.receipt.reason, "outcome-unknown");
  assert.equal(api.count("POST"), 2);
  assert.equal(await effects("INSERT", "nokey-1"), 1);
  assert.equal(await effects("INSERT", "nokey-2"), 1);
  await one.stop();
  await blind.stop();
});

test("what parse-server refuses says so in its words, and parks that entry alone", async () => {
  passEverything();
  const one = await desk();
  // A column of another type there: 111, incorrect type.
  const wrong = withoutKey(config).replace(
    'add = { clientRef = "{id}" }',
    'add = { clientRef = "{id}", city = 7 }',
  );
  const other = await desk(() => wrong);
  const { id } = await other.create("Customer", "wrong-1", customer);
  const parked = await other.becomes(id, "ERROR");
  assert.match(parked.errorMessage, /It says: .*schema mismatch.*expected String but got Number/i);
  const { id: fine } = await one.create("Customer", "fine-1", customer);
  await one.becomes(fine, "SUCCESS");
  assert.equal(await effects("INSERT", "wrong-1"), 0);
  await one.stop();
  await other.stop();
});

/** What parse-server was told and did not do (it noted the request id and was killed): looked at and retried. */
async function settleByHand(desk, asked) {
  const { entries } = await desk.ask("/sync/queue?status=ERROR&limit=1000");
  for (const entry of entries) {
    const whole = await desk.entry(entry.id);
    assert.equal(whole.receipt?.reason, "outcome-unknown", JSON.stringify(whole));
    const ref = entry.entityId;
    const { notes } = whole.payload;
    const op = whole.action.startsWith("CREATE") ? "INSERT" : "UPDATE";
    const done = await effects(op, ref, op === "UPDATE" ? `AND notes='${notes}'` : "");
    asked.count += 1;
    assert.equal(done, 0, `a person was asked about what was there to be seen: ${ref}`);
    await desk.post(`/sync/queue/${entry.id}/retry`);
  }
}

test("under kills and cut connections each write has one effect", async (t) => {
  passEverything();
  const rounds = Number(process.env.PARSE_ROUNDS ?? 60);
  const seed = Number(process.env.PARSE_SEED ?? 1);
  const { next: chance } = seeded(seed);
  const desks = [await desk(), await desk()];
  const faults = { lost: 0, killedDesks: 0, killedServers: 0 };
  const asked = { count: 0 };
  let killing = Promise.resolve();
  let kills = null; // what the next write request ends
  const isWrite = (what) => /^(POST|PUT|DELETE)/.test(what);
  api.loses = (what) => isWrite(what) && chance() < 0.25 && (faults.lost += 1) > 0;
  api.arrives = (what) => {
    if (!isWrite(what) || !kills) return;
    killing = kills();
    kills = null;
  };
  const restart = async () => {
    await parse.running.signal("SIGKILL");
    await startParse();
  };
  // The app's own write may meet a service that is being killed; it writes again under the same key.
  const write = async (desk, op, entityId, payload) => {
    const key = `${op}-${entityId}-${payload.notes ?? ""}`;
    const body = { entityType: "Shipment", entityId, action: `${op}_SHIPMENT`, payload };
    await until(`${key} is written`, async () => {
      await killing;
      return desk.enqueue(body, { "idempotency-key": `"${key}"` });
    });
  };
  const wanted = [];
  for (const each of desks) await each.create("Customer", `r-${seed}-${each.name}`, customer);
  for (let round = 0; round < rounds; round += 1) {
    const one = desks[round % 2];
    const ref = `r-${seed}-${round}`;
    const draw = chance();
    if (draw < 0.15)
      kills = async () => {
        faults.killedDesks += 1;
        await one.kill();
        await one.start();
      };
    else if (draw < 0.25) {
      faults.killedServers += 1;
      kills = restart;
    }
    await write(one, "CREATE", ref, {
      ...route,
      customerId: `r-${seed}-${one.name}`,
      notes: `${ref}-made`,
    });
    const changes = Math.floor(chance() * 3);
    for (let n = 0; n < changes; n += 1) await write(one, "UPDATE", ref, { notes: `${ref}-${n}` });
    const ends = chance() < 0.2;
    if (ends) await write(one, "DELETE", ref, {});
    wanted.push({ ref, changes, ends });
    await until("the fault has struck", () => kills === null);
    await killing;
  }
  for (const each of desks) {
    // answers are still lost
    await until(
      `${each.name} has sent everything`,
      async () => {
        await settleByHand(each, asked);
        const { counts } = await each.status();
        return counts.PENDING + counts.PROCESSING + counts.ERROR + counts.CONFLICT === 0;
      },
      120,
    );
    await each.drained();
  }
  let writes = 0;
  for (const { ref, changes, ends } of wanted) {
    assert.equal(await effects("INSERT", ref), 1, ref);
    for (let n = 0; n < changes; n += 1)
      assert.equal(await effects("UPDATE", ref, `AND notes='${ref}-${n}'`), 1, `${ref}-${n}`);
    assert.equal(await effects("UPDATE", ref), changes, ref);
    assert.equal(await effects("DELETE", ref), ends ? 1 : 0, ref);
    writes += 1 + changes + (ends ? 1 : 0);
  }
  const kept = wanted.filter(({ ends }) => !ends).length;
  assert.equal((await find("Shipment", { clientRef: { $regex: `^r-${seed}-` } })).length, kept);
  for (const each of desks)
    await until(`${each.name} has the same rows`, async () => {
      const rows = [...(await each.rows("Shipment")).values()];
      return rows.filter(({ values }) => values.notes?.startsWith(`r-${seed}-`)).length === kept;
    });
  t.diagnostic("one effect each");
  console.log(
    `figure: ${writes} writes of two desks, ${writes} effects; ${faults.lost} answers lost, ${faults.killedDesks} desks and ` +
      `${faults.killedServers} servers killed; asked of a person: ${asked.count}`,
  );
});
