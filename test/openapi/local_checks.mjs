// The local API as it is served: every route, every refusal that a test can bring about.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { Caller } from "./caller.mjs";
import {
  folder,
  makeToken,
  run,
  start,
  startCloud,
  startDesk,
  startWebhookDesk,
  stop,
} from "./programs.mjs";
import { assertAllAnswersWereMet, assertAllRoutesAreDocumented } from "./routes.mjs";

const at = "2026-11-22T13:25:01.462+00:00";
const newCustomer = (payload = {}) => ({
  entityType: "Customer",
  action: "CREATE_CUSTOMER",
  payload: { name: "Elbe Logistik", country: "DE", updatedAt: at, ...payload },
});
const change = (entityType, entityId, payload) => ({
  entityType,
  entityId,
  action: `UPDATE_${entityType.toUpperCase()}`,
  payload,
});
const remove = (entityType, entityId) => ({
  entityType,
  entityId,
  action: `DELETE_${entityType.toUpperCase()}`,
  payload: {},
});

// What another program may do to the app's file at any time.
function renameTable(file, from, to) {
  const script = `import sqlite3; sqlite3.connect("${file}").execute("ALTER TABLE ${from} RENAME TO ${to}")`;
  assert.equal(spawnSync("python3", ["-c", script], { cwd: folder }).status, 0);
}

export async function localChecks(contract, root) {
  const cloud = await startCloud();
  fs.mkdirSync(path.join(folder, "desk/assets"), { recursive: true });
  fs.writeFileSync(path.join(folder, "desk/index.html"), "<!doctype html><title>Desk</title>");
  run(
    "freight-data",
    "--database",
    "here.db",
    "--customers",
    "5",
    "--shipments",
    "12",
    "--quotes",
    "4",
    "--invoices",
    "6",
  );
  run("freight-data", "--database", "there.db", "--empty");
  run("slipway", "init", "--database", "here.db", "--yes");
  const deskHere = await startDesk("here", cloud.url, makeToken("Hamburg"), "--desk", "desk");
  const deskThere = await startDesk("there", cloud.url, makeToken("New York"));
  const here = new Caller(contract, deskHere.url, deskHere.token);
  const there = new Caller(contract, deskThere.url, deskThere.token);
  const write = (desk, status, body, headers = {}) =>
    desk.call("post", "/sync/enqueue", status, { body, headers });
  const rows = async (desk, entityType, query = "") =>
    (await desk.call("get", "/data/{entityType}", 200, { fill: { entityType }, query })).json;
  const status = async (desk) => (await desk.call("get", "/sync/status", 200)).json;
  const offline = (desk, on) =>
    desk.call("post", "/sync/connectivity", 200, { body: { simulateOffline: on } });
  const entry = async (desk, id) =>
    (await desk.call("get", "/sync/queue/{id}", 200, { fill: { id } })).json;

  async function until(what, condition) {
    for (let tries = 0; tries < 1200; ++tries) {
      const found = await condition();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never came: ${what}`);
  }
  const settled = (desk) =>
    until("a settled queue", async () => (await status(desk)).waiting === 0);

  // A conflict on `field` of one shipment, with an entry held behind it. Gives both ids.
  async function makeConflict(field) {
    const row = (await rows(here, "Shipment", "?limit=1&offset=1")).rows[0];
    await until(
      "the row at the other desk",
      async () => (await rows(there, "Shipment", `?id=${row.entityId}`)).total === 1,
    );
    await offline(here, true);
    const mine = (
      await write(here, 202, change("Shipment", row.entityId, { [field]: "by Hamburg" }))
    ).json;
    const behind = (await write(here, 202, change("Shipment", row.entityId, { pieces: 7 }))).json;
    await write(there, 200, change("Shipment", row.entityId, { [field]: "by New York" }), {
      prefer: "wait=20",
    });
    await offline(here, false);
    await until("the conflict", async () => (await entry(here, mine.id)).status === "CONFLICT");
    return { row, mine, behind };
  }

  const post = (desk, route, expected, fill, query) =>
    desk.call("post", route, expected, { fill, query });

  return {
    async "every route that the sources register is documented, with its methods"() {
      await assertAllRoutesAreDocumented(there, root, "src/local_api"); // the other serves a desk at any path
    },

    async "the document is served as it is in the tree, and the desk beside it, without a token"() {
      const open = new Caller(contract, deskHere.url, "");
      assert.deepEqual((await open.call("get", "/openapi.json", 200)).json, contract.document);
      await open.call("get", "/healthz", 200);
      assert.match((await open.call("get", "/", 200)).text, /Desk/);
      await new Caller(contract, deskThere.url, "").call("get", "/", 404);
    },

    async "without the token, from a foreign page or under a foreign name nothing is answered"() {
      for (const { method, path: route, operation } of contract.operations()) {
        if (operation.security?.length === 0) continue;
        const options = { fill: { id: 1, entityType: "Customer" }, token: "wrong" };
        assert.equal(
          (await here.call(method, route, 401, options)).headers["www-authenticate"],
          "Bearer",
        );
      }
      await here.call("get", "/sync/status", 403, { headers: { origin: "http://evil.example" } });
      await here.call("get", "/healthz", 421, { headers: { host: "evil.example" } });
    },

    async "a mutation, a group and a batch are accepted in their documented forms"() {
      await settled(here);
      const one = (await write(here, 202, newCustomer())).json;
      assert.equal(one.action, "CREATE_CUSTOMER");
      const group = (
        await write(here, 202, {
          mutations: [newCustomer({ id: "cus_g" }), change("Customer", "cus_g", { city: "Kiel" })],
        })
      ).json;
      assert.equal(group.entries.length, 2);
      await write(here, 202, { mutations: [newCustomer()] });
      const batch = (await write(here, 202, { batch: [newCustomer(), newCustomer()] })).json;
      assert.equal(batch.results.length, 2);
      const some = (
        await write(here, 207, { batch: [newCustomer(), { ...newCustomer(), entityType: "Nope" }] })
      ).json;
      assert.equal(some.results[1].problem.field, "entityType");
      const waited = (await write(here, 200, newCustomer(), { prefer: "wait=20" })).json;
      assert.equal(waited.status, "SUCCESS");
      await write(here, 200, { batch: [newCustomer()] }, { prefer: "wait=20" });
      await write(here, 200, { mutations: [newCustomer(), newCustomer()] }, { prefer: "wait=20" });
    },

    async "a repeat with the same Idempotency-Key gives the first answer"() {
      const body = newCustomer();
      const first = (await write(here, 202, body, { "idempotency-key": "key-1" })).json;
      assert.equal(
        (await write(here, 202, body, { "idempotency-key": "key-1" })).json.id,
        first.id,
      );
      assert.equal(
        (await write(here, 422, newCustomer({ name: "x" }), { "idempotency-key": "key-1" })).json
          .field,
        "Idempotency-Key",
      );
    },

    async "a delete that takes children along names all of its entries"() {
      await settled(here);
      const invoice = (await rows(here, "Invoice", "?limit=1")).rows[0];
      const answer = (await write(here, 202, remove("Invoice", invoice.entityId))).json;
      assert.ok(answer.entries.length > 1 && answer.groupId);
    },

    async "what is wrong with a write is answered with the documented problem and its field"() {
      const refused = async (expected, field, body) => {
        const before = (await status(here)).counts;
        const { json } = await write(here, expected, body);
        assert.equal(json.field, field, JSON.stringify(json));
        const total = (counts) => Object.values(counts).reduce((sum, n) => sum + n, 0);
        assert.equal(total((await status(here)).counts), total(before));
      };
      await refused(400, undefined, "{");
      await refused(400, undefined, "[]");
      await refused(422, "entityType", {});
      await refused(422, "colour", { ...newCustomer(), colour: 1 });
      await refused(422, "action", { ...newCustomer(), action: "FLY" });
      await refused(422, "payload", { ...newCustomer(), payload: [] });
      await refused(422, "payload.colour", newCustomer({ colour: "red" }));
      await refused(422, "payload.name", newCustomer({ name: 7 }));
      await refused(422, "payload.name", {
        ...newCustomer(),
        payload: { country: "DE", updatedAt: at },
      });
      await refused(
        422,
        "payload.customerId",
        change("Shipment", (await rows(here, "Shipment", "?limit=1")).rows[0].entityId, {
          customerId: "nobody",
        }),
      );
      await refused(422, "mutations[1].payload.colour", {
        mutations: [newCustomer(), newCustomer({ colour: 1 })],
      });
      await refused(422, "batch", { batch: [] });
      await refused(404, "entityId", change("Customer", "nobody", { city: "Kiel" }));
      const busy = (await rows(here, "Shipment", "?limit=1")).rows[0].values.customerId;
      await refused(409, undefined, remove("Customer", busy));
      await refused(413, undefined, {
        mutations: Array.from({ length: 501 }, () => newCustomer()),
      });
      await refused(413, undefined, JSON.stringify(newCustomer({ name: "x".repeat(5 << 20) })));
    },

    async "a conflict shows base, local and server, and what waits behind it says so"() {
      await settled(here);
      const { row, mine, behind } = await makeConflict("notes");
      const { conflict, why } = await entry(here, mine.id);
      assert.deepEqual(
        [conflict.local, conflict.server, conflict.who],
        [{ notes: "by Hamburg" }, { notes: "by New York" }, "New York"],
      );
      assert.equal(why.code, "conflict");
      assert.deepEqual((await entry(here, behind.id)).why.behind, mine.id);
      const shown = (
        await here.call("get", "/data/{entityType}/{id}", 200, {
          fill: { entityType: "Shipment", id: row.entityId },
        })
      ).json;
      assert.equal(shown.sync.state, "needs-you");
      assert.deepEqual([(await status(here)).needsYou, (await status(here)).held], [1, 1]);

      const ask = (expected, verb, body, id = mine.id) =>
        here.call("post", `/sync/queue/{id}/${verb}`, expected, { fill: { id }, body });
      for (const verb of ["discard", "retry", "force", "resolve", "outcome"]) {
        await ask(400, verb, "x");
        await ask(422, verb, { colour: 1 });
      }
      for (const verb of ["retry", "force", "resolve"]) await ask(422, verb, { seen: 7 });
      await ask(422, "resolve", {});
      await ask(422, "resolve", { take: { notes: "both" } });
      await ask(422, "resolve", { fields: { notes: "x" }, take: { notes: "local" } });
      await ask(422, "resolve", { fields: { colour: "x" } });
      await ask(422, "discard", { withDependants: "yes" });
      await ask(404, "resolve", { take: { notes: "local" } }, 999999);
      await ask(409, "outcome", { happened: true });
      await ask(404, "outcome", { happened: true }, 999999);
      const retried = (await post(here, "/sync/queue/{id}/retry", 200, { id: mine.id })).json
        .entries[0];
      await until(
        "the conflict again",
        async () => (await entry(here, retried.id)).status === "CONFLICT",
      );
      assert.equal((await entry(here, retried.id)).supersedes, mine.clientRequestId);
      await post(here, "/sync/queue/{id}/retry", 409, { id: mine.id });

      const preview = (
        await post(here, "/sync/queue/{id}/discard", 200, { id: retried.id }, "?dryRun=1")
      ).json;
      assert.deepEqual([preview.dryRun, preview.rows[0].values.notes], [true, "by New York"]);
      await post(here, "/sync/queue/{id}/discard", 200, { id: retried.id });
      await post(here, "/sync/queue/{id}/discard", 409, { id: retried.id });
      await settled(here);
      assert.equal((await status(here)).needsYou, 0);
      for (const verb of ["retry", "discard", "undo"])
        await post(here, `/sync/queue/{id}/${verb}`, 404, { id: 999999 });
      for (const verb of ["retry", "force", "resolve", "discard", "undo", "outcome"])
        await post(here, `/sync/queue/{id}/${verb}`, 422, { id: retried.id }, "?dryRun=2");
    },

    async "a conflict is forced on what was seen, and only that"() {
      const { mine, behind } = await makeConflict("description");
      const force = (expected, id, body) =>
        here.call("post", "/sync/queue/{id}/force", expected, { fill: { id }, body });
      await force(400, mine.id, "x");
      await force(422, mine.id, { seen: 7 });
      await force(404, 999999);
      await force(409, behind.id, {});
      await force(409, mine.id, { seen: { seq: 1, salt: "0123456789abcdef" } });
      const { version } = (await entry(here, mine.id)).conflict;
      const forced = (await force(200, mine.id, { seen: version })).json.entries[0];
      await settled(here);
      assert.equal((await entry(here, forced.id)).status, "SUCCESS");
      await force(409, mine.id, {});
      await until(
        "the value at the other desk",
        async () =>
          (await rows(there, "Shipment", `?id=${mine.entityId}`)).rows[0].values.description ===
          "by Hamburg",
      );
    },

    async "a conflict is resolved field by field, undone, and resolved anew"() {
      const { mine } = await makeConflict("reference");
      const resolve = (expected, id, body, query = "") =>
        here.call("post", "/sync/queue/{id}/resolve", expected, { fill: { id }, body, query });
      const wish = {
        fields: { reference: "by both" },
        seen: (await entry(here, mine.id)).conflict.version,
      };
      const preview = (await resolve(200, mine.id, wish, "?dryRun=1")).json;
      assert.deepEqual(
        [preview.closed[0].id, preview.appended[0].payload, preview.rows[0].values.reference],
        [mine.id, { reference: "by both" }, "by both"],
      );
      await here.call("post", "/sync/pause", 200);
      const decided = (await resolve(200, mine.id, wish)).json;
      await resolve(409, mine.id, wish);
      const undone = (await post(here, "/sync/queue/{id}/undo", 200, { id: decided.entries[0].id }))
        .json;
      await here.call("post", "/sync/resume", 200);
      const again = await until("the question again", async () => {
        const now = await entry(here, undone.entries[0].id);
        return now.status === "CONFLICT" && now;
      });
      const final = (await resolve(200, again.id, { take: { reference: "local" } })).json
        .entries[0];
      await until("it settled", async () => (await entry(here, final.id)).status === "SUCCESS");
      await settled(here);
      const inverse = (await post(here, "/sync/queue/{id}/undo", 200, { id: final.id })).json;
      assert.deepEqual(inverse.appended[0].payload, { reference: "by New York" });
      await post(here, "/sync/queue/{id}/undo", 409, { id: final.id });
      await settled(here);
    },

    async "the outcome that only a person knows is said"() {
      const unsure = http.createServer((request) => request.socket.destroy());
      await new Promise((resolve) => unsure.listen(0, "127.0.0.1", resolve));
      run("freight-data", "--database", "hook.db", "--empty");
      const url = `http://127.0.0.1:${unsure.address().port}/`;
      const { child, ...desk } = await startWebhookDesk("hook", url);
      const hook = new Caller(contract, desk.url, desk.token);
      const { id } = (await write(hook, 202, newCustomer())).json;
      await until("it was sent", async () => (await entry(hook, id)).sentAt !== null);
      await post(hook, "/sync/queue/{id}/discard", 200, { id });
      await until("nobody knows", async () => (await entry(hook, id)).status === "ERROR");
      const said = (
        await hook.call("post", "/sync/queue/{id}/outcome", 200, {
          fill: { id },
          body: { happened: true },
        })
      ).json;
      assert.equal(said.closed[0].status, "SUCCESS");
      await stop(child);
      unsure.close();
    },

    async "a row that was deleted is forced back with its last values"() {
      const { entityId } = (await write(here, 200, newCustomer(), { prefer: "wait=20" })).json;
      await until(
        "the row at the other desk",
        async () => (await rows(there, "Customer", `?id=${entityId}`)).total === 1,
      );
      await offline(here, true);
      const mine = (await write(here, 202, change("Customer", entityId, { city: "Kiel" }))).json;
      await write(there, 200, remove("Customer", entityId), { prefer: "wait=20" });
      await offline(here, false);
      const parked = await until("the conflict", async () => {
        const now = await entry(here, mine.id);
        return now.status === "CONFLICT" && now;
      });
      assert.deepEqual(
        [parked.conflict.reason, parked.conflict.server, parked.current.deleted],
        ["deleted", null, true],
      );
      const forced = (await post(here, "/sync/queue/{id}/force", 200, { id: mine.id })).json;
      const [made] = forced.appended;
      assert.deepEqual([made.op, made.payload.city], ["create", "Kiel"]);
      assert.ok(made.carried.includes("name") && !made.carried.includes("city"));
      await settled(here);
      assert.equal((await entry(here, made.id)).status, "SUCCESS");
    },

    async "a discarded create takes what stands on it along; its rows are gone"() {
      await offline(here, true);
      const made = (await write(here, 202, newCustomer())).json;
      await write(here, 202, change("Customer", made.entityId, { city: "Kiel" }));
      const refused = (await post(here, "/sync/queue/{id}/discard", 409, { id: made.id })).json;
      const preview = (
        await post(here, "/sync/queue/{id}/discard", 200, { id: made.id }, "?dryRun=1")
      ).json;
      assert.equal(refused.type, "https://slipway.dev/problems/has-dependants");
      assert.deepEqual(refused.entries, preview.dependants);
      const { entries, rows: gone } = (
        await post(here, "/sync/queue/{id}/discard", 200, { id: made.id }, "?withDependants=1")
      ).json;
      assert.deepEqual([entries.length, gone[0].values], [2, null]);
      await here.call("get", "/data/{entityType}/{id}", 404, {
        fill: { entityType: "Customer", id: made.entityId },
      });
      await offline(here, false);
      await settled(here);
    },

    async "the queue, the audit and the rows can be filtered and paged"() {
      for (const query of [
        "",
        "?filter=open",
        "?filter=needs-you",
        "?filter=waiting",
        "?filter=recent",
        "?status=PENDING,ERROR",
        "?entityType=Customer&text=Elbe",
        "?entityId=cus_g",
      ]) {
        await here.call("get", "/sync/queue", 200, { query });
      }
      const first = (await here.call("get", "/sync/queue", 200, { query: "?limit=2" })).json;
      const second = (
        await here.call("get", "/sync/queue", 200, { query: `?limit=2&after=${first.next}` })
      ).json;
      assert.ok(second.entries[0].id < first.entries[1].id);
      const there = (await here.call("get", "/sync/queue", 200, { query: "?limit=2&offset=2" }))
        .json;
      assert.deepEqual(
        there.entries.map((entry) => entry.id),
        second.entries.map((entry) => entry.id),
      );
      const refused = [
        "?filter=all",
        "?status=LOST",
        "?limit=0",
        "?limit=x",
        "?after=-1",
        "?offset=-1",
      ];
      for (const query of refused) await here.call("get", "/sync/queue", 422, { query });
      const { id } = first.entries[0];
      assert.ok(
        (
          await here.call("get", "/sync/audit", 200, { query: `?limit=1&entryId=${id}` })
        ).json.attempts.every((a) => a.entryId === id),
      );
      await here.call("get", "/sync/audit", 422, { query: "?limit=1001" });
      await here.call("get", "/sync/queue/{id}", 404, { fill: { id: "x" } });
      const page = await rows(here, "Shipment", "?limit=3&sort=-updatedAt&search=s&offset=1");
      assert.ok(page.total >= page.rows.length);
      assert.equal((await rows(here, "Customer", "?id=cus_g")).total, 1);
      await here.call("get", "/data/{entityType}", 404, { fill: { entityType: "Nope" } });
      await here.call("get", "/data/{entityType}", 422, {
        fill: { entityType: "Customer" },
        query: "?colour=red",
      });
      await here.call("get", "/data/{entityType}", 422, {
        fill: { entityType: "Customer" },
        query: "?limit=0",
      });
    },

    async "capabilities, settings and switches answer as documented"() {
      const { entityTypes } = (await here.call("get", "/sync/capabilities", 200)).json;
      assert.ok(entityTypes.some((type) => type.entityType === "InvoiceLine"));
      const before = (await here.call("get", "/sync/settings", 200)).json;
      const after = (await here.call("put", "/sync/settings", 200, { body: { intervalMs: 1500 } }))
        .json;
      assert.deepEqual(after, { ...before, intervalMs: 1500 });
      await here.call("put", "/sync/settings", 200, { body: after });
      await here.call("put", "/sync/settings", 400, { body: "x" });
      for (const body of [
        { intervalMs: 1 },
        { colour: 1 },
        { cloud: "http://elsewhere" },
        { logPayloads: 1 },
      ]) {
        await here.call("put", "/sync/settings", 422, { body });
      }
      assert.equal((await here.call("post", "/sync/pause", 200)).json.connection, "paused");
      assert.equal((await here.call("post", "/sync/resume", 200)).json.paused, false);
      await here.call("post", "/sync/now", 200);
      await here.call("post", "/sync/connectivity", 200, {
        body: { network: "changed", resumed: true },
      });
      await here.call("post", "/sync/connectivity", 400, { body: "x" });
      for (const body of [{}, { simulateOffline: 1 }, { network: "away" }, { colour: 1 }]) {
        await here.call("post", "/sync/connectivity", 422, { body });
      }
    },

    async "the event stream begins with the status and names changed entries and rows"() {
      const has = (events, name) => events.some(({ event }) => event === name);
      const events = await here.events(
        "/sync/events",
        (list) => ["status", "queue", "data"].every((name) => has(list, name)),
        () => write(here, 202, newCustomer()),
      );
      assert.equal(events[0].event, "status");
      assert.ok(events.every(({ id }, i) => i === 0 || id > events[i - 1].id));
    },

    async "unknown paths and methods are problems, too"() {
      await here.call("get", "/sync/queue", 414, { query: `?text=${"x".repeat(40000)}` });
      assert.equal((await here.methodsOf("/sync/nowhere")).length, 1); // GET: the desk's files
    },

    async "a locked database is answered 503 with Retry-After, and nothing is written"() {
      const script =
        "import sqlite3,sys; c=sqlite3.connect('here.db'); c.execute('BEGIN IMMEDIATE'); print('locked',flush=True); sys.stdin.read()";
      const { child } = await start("python3", "-c", script);
      try {
        assert.ok((await write(here, 503, newCustomer())).headers["retry-after"]);
      } finally {
        child.stdin.end();
        await stop(child);
      }
      await write(here, 202, newCustomer());
    },

    async "a restored cloud's losses are listed and decided on; another cloud is joined when told"() {
      const files = (name) => ["", "-wal", "-shm"].map((end) => path.join(folder, name + end));
      const settled = async (desk) => {
        for (;;) {
          const { connection, waiting } = await status(desk);
          if (connection === "online" && waiting === 0) return;
          await desk.call("post", "/sync/now", 200);
        }
      };
      let other = await startCloud("restored.db");
      const address = new URL(other.url).host;
      const again = async (file) => {
        await stop(other.child);
        for (const name of files("restored.db")) fs.rmSync(name, { force: true });
        if (file) fs.copyFileSync(path.join(folder, file), path.join(folder, "restored.db"));
        other = await startCloud("restored.db", address);
      };
      run("freight-data", "--database", "reader.db", "--empty");
      run("freight-data", "--database", "writer.db", "--empty");
      const writerToken = makeToken("Writer", "restored.db");
      const processOf = await startDesk("reader", other.url, makeToken("Reader", "restored.db"));
      const reader = new Caller(contract, processOf.url, processOf.token);
      await stop(other.child);
      fs.copyFileSync(path.join(folder, "restored.db"), path.join(folder, "backup.db"));
      other = await startCloud("restored.db", address);

      const writerProcess = await startDesk("writer", other.url, writerToken);
      const writer = new Caller(contract, writerProcess.url, writerProcess.token);
      for (const name of ["One", "Two"]) await write(writer, 202, newCustomer({ name }));
      await settled(writer);
      while ((await rows(reader, "Customer")).total < 2)
        await reader.call("post", "/sync/now", 200);
      await stop(writerProcess.child);

      await again("backup.db");
      const lost = async () => (await reader.call("get", "/sync/lost", 200)).json;
      while ((await rows(reader, "Customer")).total > 0)
        await reader.call("post", "/sync/now", 200);
      const [first, second] = (await lost()).lost;
      assert.equal((await lost()).total, 2);
      assert.equal((await status(reader)).lost, 2);
      const decide = (id, word, code) =>
        reader.call("post", `/sync/lost/{id}/${word}`, code, { fill: { id } });
      renameTable("reader.db", "Customer", "Client");
      await decide(first.id, "restore", 409); // no such table any more
      renameTable("reader.db", "Client", "Customer");
      assert.equal((await decide(first.id, "dismiss", 200)).json.entry, null);
      assert.ok((await decide(second.id, "restore", 200)).json.entry > 0);
      for (const word of ["dismiss", "restore"]) await decide(first.id, word, 404);
      await reader.call("get", "/sync/lost", 422, { query: "?limit=0" });
      assert.deepEqual((await rows(reader, "Customer")).rows[0].values, second.values);
      await settled(reader);

      await again();
      fs.writeFileSync(path.join(folder, "reader.token"), makeToken("Reader", "restored.db"));
      const answering = async () => {
        for (;;) {
          const { otherCloud } = await status(reader);
          if (otherCloud) return otherCloud;
          await reader.call("post", "/sync/now", 200);
        }
      };
      const { cloudId } = await answering();
      const join = (code, body) => reader.call("post", "/sync/join-cloud", code, { body });
      await join(400, "{");
      await join(422, {});
      await join(409, { cloudId: "0000000000000000" });
      assert.equal((await join(200, { cloudId })).json.otherCloud, null);
      await settled(reader);
      assert.equal((await rows(reader, "Customer")).total, 1);
      await stop(processOf.child);
      await stop(other.child);
    },

    "every documented answer was met, but for those of a failing machine"() {
      const machine = [/ 507$/, / 503$/, / default$/];
      assertAllAnswersWereMet(contract, machine);
    },
  };
}
