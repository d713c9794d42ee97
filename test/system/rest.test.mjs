// The hosted API for those who keep no copy: what a script writes at /v1/entities a desk is told, what
// a desk writes a script reads, and neither overwrites the other unseen; on both databases, with two
// nodes where there can be two.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Cloud, request, until, World } from "./harness.mjs";
import { isInstalled, startPostgres } from "./postgres.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = (id, name) => ({ id, name, country: "DE", updatedAt });

let world;
before(() => (world = new World()));
after(() => world.close());

async function asked(node, token, method, path, { key, etag, body, headers = {} } = {}) {
  const all = { ...headers };
  if (key) all["idempotency-key"] = `"${key}"`;
  if (etag) all["if-match"] = etag;
  return request(`${node.url}/v1/entities${path}`, { method, token, body, headers: all });
}

const create = (node, token, key, id, name) =>
  asked(node, token, "POST", "/Customer", {
    key,
    body: { entityId: id, values: customer(id, name) },
  });

const sees = (desk, id, name) =>
  until(`${desk.name} sees Customer ${id} as ${name}`, async () => {
    const row = await desk.row("Customer", id);
    return (row?.values.name ?? null) === name;
  });

async function together(nodes) {
  const [first, last] = [nodes[0], nodes.at(-1)];
  const token = await first.token("Script");
  const options = { cloud: last.url, token: await first.token("Hamburg") };
  const desk = await (await world.desk(`Hamburg of ${nodes.length}`, options)).start();

  const made = await create(first, token, "k1", "c1", "Nordlicht GmbH");
  assert.equal(made.status, 201, made.text);
  await sees(desk, "c1", "Nordlicht GmbH");
  await desk.update("Customer", "c1", { name: "Nordlicht AG" });
  await desk.drained();
  const path = "/Customer/c1";
  const patch = { key: "k2", etag: made.headers.etag, body: { values: { name: "Südlicht" } } };
  const stale = await asked(first, token, "PATCH", path, patch);
  assert.equal(stale.status, 412, stale.text);
  assert.equal(stale.json.conflict.who, "Hamburg");
  assert.equal(stale.json.conflict.base.name, "Nordlicht GmbH");
  assert.equal(stale.json.conflict.server.name, "Nordlicht AG");

  const { etag } = stale.headers;
  const again = { ...patch, key: "k3", etag };
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      asked(nodes[i % nodes.length], token, "PATCH", path, again),
    ),
  );
  const told = answers.filter(({ status }) => status !== 409);
  assert.ok(told.length > 0);
  for (const { status, text } of told) {
    assert.equal(status, 200, text);
    assert.equal(text, told[0].text, "a repeat gets the first result");
  }
  for (const { status, json } of answers.filter(({ status }) => status === 409))
    assert.match(json.type, /request-in-progress$/, String(status));
  await sees(desk, "c1", "Südlicht");
  const unchanged = await asked(last, token, "GET", path, {
    headers: { "if-none-match": told[0].headers.etag },
  });
  assert.equal(unchanged.status, 304);
  const gone = await asked(last, token, "DELETE", path, { etag: told[0].headers.etag });
  assert.equal(gone.status, 200, gone.text);
  await sees(desk, "c1", null);
  await desk.stop();
  return { token };
}

/** The SQL that makes views for reports, as the program prints it. */
async function views(cloud) {
  const made = await world.run("slipway-cloud", ["views", "--database", cloud.database]);
  assert.equal(made.code, 0, made.stderr);
  return made.stdout;
}

async function odd(node, token) {
  const values = { id: "o'1", 'a "quoted" name': "it's", "back\\slash": 7, none: null };
  const body = { entityId: values.id, values };
  const made = await asked(node, token, "POST", "/It's%20%22odd%22", { key: "odd", body });
  assert.equal(made.status, 201, made.text);
}
const oddColumns = `SELECT "a ""quoted"" name", "back\\slash", "none" IS NULL FROM "report_It's ""odd""" `;

test("a script and a desk on one cloud, and a report on it", async () => {
  const cloud = await world.cloud().start();
  const { token } = await together([cloud]);
  await odd(cloud, token);
  const code =
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.stdin.read()); print(c.execute(sys.argv[2]).fetchall())";
  const report = world.spawn("/usr/bin/env", ["python3", "-c", code, cloud.file, oddColumns]);
  report.child.stdin.end(await views(cloud));
  assert.equal(await report.end(), 0, report.stderr);
  assert.equal(report.stdout.trim(), `[("it's", 7, 1)]`);
});

const skip = isInstalled ? false : "the package postgresql-15 is not installed";

test("a script at one node and a desk at another", { skip }, async () => {
  const postgres = await startPostgres(world);
  const nodes = [new Cloud(world, postgres.url), new Cloud(world, postgres.url)];
  await Promise.all(nodes.map((node) => node.start()));
  const { token } = await together(nodes);
  const writes = "SELECT count(*) FROM row_image WHERE id = 'c1'";
  assert.equal(await postgres.sql(writes), "4", "each write took effect once");

  // The same key for two different requests, at once: one of them, and only that, takes effect.
  const rivals = await Promise.all(
    ["r1", "r2"].map((id, i) => create(nodes[i], token, "rival", id, `${id} GmbH`)),
  );
  const statuses = rivals.map(({ status }) => status).sort();
  assert.equal(statuses[0], 201, JSON.stringify(rivals.map(({ text }) => text)));
  assert.ok([409, 422].includes(statuses[1]), String(statuses));
  const rows = "SELECT count(*) FROM entity WHERE id IN ('r1', 'r2')";
  assert.equal(await postgres.sql(rows), "1");

  await odd(nodes[0], token);
  const [setting] = /SET slipway.tenant = '\d+'/.exec(await views(nodes[0]));
  const ownCommand = "\\set ON_ERROR_STOP on\n"; // of psql, which takes none beside SQL in -c
  const printed = await views(nodes[0]);
  assert.ok(printed.includes(ownCommand), printed);
  await postgres.sql(`SET ROLE slipway; ${printed.replace(ownCommand, "")}`);
  const report = `SET ROLE slipway; ${setting}; ${oddColumns}`;
  assert.equal(await postgres.sql(report), "it's|7|t");
});
