// The page for app developers: its example runs as it stands, its other pieces are accepted, and what is
// wrong in such a file is refused with its line and with what to do.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { until, World } from "../system/harness.mjs";
import { HostedApi } from "./api.mjs";

const page = fs.readFileSync(
  new URL("../../docs/app-developers/rest-target.md", import.meta.url),
  "utf8",
);
const [, example] = page.match(/^```toml test\n(.*?)^```$/ms);
const pieces = [...page.matchAll(/^```toml\n(.*?)^```$/gms)].map((match) => match[1]);

let world;
before(() => (world = new World()));
after(() => world.close());

const updatedAt = "2026-01-01T00:00:00.000+00:00";

test("the example of the page syncs both ways", async () => {
  const api = await HostedApi.start(world, { customers: [], shipments: [] });
  world.write("api.token", "secret\n");
  const at = example.replace("https://api.example.com/v2", api.url);
  assert.notEqual(at, example);
  const config = world.write("page.toml", `${at}\n[sync]\ninterval_ms = 100\n`);
  const desk = await (await world.desk("page", { args: ["--config", config] })).start();
  const customer = { name: "Nordlicht GmbH", country: "DE", vatNumber: "DE1", updatedAt };
  await desk.create("Customer", "c1", customer);
  await desk.create("Shipment", "s1", {
    ...{ customerId: "c1", originPort: "DEHAM", destinationPort: "USNYC", updatedAt },
  });
  await desk.update("Shipment", "s1", { status: "BOOKED" });
  await desk.drained();
  const [there] = await api.ask("GET", "/customers");
  assert.deepEqual([there.id, there.tax], [1, { vat: "DE1" }]);
  const [shipment] = await api.ask("GET", "/shipments");
  assert.deepEqual([shipment.customerId, shipment.status], [1, "BOOKED"]);
  for (const { clientRef } of [there, shipment]) assert.match(clientRef, /^[0-9a-f-]{36}$/);
  assert.equal(api.headers.authorization, "Bearer secret");
  await api.ask("PATCH", "/customers/1", { tax: { vat: "DE2" } });
  const vat = async () => (await desk.row("Customer", "c1")).values.vatNumber;
  await until("the change is here", async () => (await vat()) === "DE2");
});

const head = 'target = "rest"\n[rest]\nurl = "http://127.0.0.1:1"\n';
const shipment = `[entities.Shipment.rest]
get = "GET /shipments/{id}"
list = "GET /shipments"
`;

test("its other pieces are accepted", async () => {
  assert.equal(pieces.length, 6);
  for (const [index, piece] of pieces.entries()) {
    const declares = (table) => piece.startsWith(`[${table}]`);
    const start = declares("rest") ? 'target = "rest"\n' : head;
    const types = declares("entities.Shipment.rest.list")
      ? shipment.replace(/^list.*\n/m, "")
      : shipment;
    const parts = declares("rest") ? [start, piece, types] : [start, types, piece];
    const config = world.write(`piece-${index}.toml`, parts.join("\n"));
    const desk = await world.desk(`piece-${index}`, { args: ["--config", config] });
    await desk.start();
    await desk.stop();
  }
});

const refused = [
  ["", "No type is declared", "[entities.Customer.rest]"],
  [
    '[entities.Customer.rest]\ncreate = "POST /c/{nmae}"',
    ":5: {nmae} is no column of Customer",
    "name",
  ],
  ['[entities.Customer.rest]\ncreate = "POST /c/{id"', ":5: ", "“{” is not closed"],
  ['[entities.Customer.rest]\ncreate = "/c"', ":5: ", 'as in "POST /customers"'],
  ['[entities.Customer.rest]\ncreate = "DELETE /c"', ":5: ", "POST or PUT"],
  ['[entities.Customer.rest]\ncreate = "POST /c d"', ":5: ", "percent-encoded"],
  ['[entities.Customer.rest]\ncreate = "POST https://x/c"', ":5: ", "begins with"],
  [
    '[entities.Customer.rest]\nlist = "GET /c?p={since}"',
    ":5: {since} means nothing here",
    "{page}",
  ],
  ['[entities.Customer.rest]\nget = "GET /c/{row}"', ":5: {row} means nothing here", "{id}"],
  ['[entities.Customer.rest]\nupdate = "PATCH /c/{id}"', "must declare get", "reads the row"],
  [
    '[entities.Customer.rest]\ncreate = "POST /c"\nlookup = "GET /c?r={id}"',
    ":6: ",
    "add = { clientRef",
  ],
  [
    '[entities.Customer.rest]\nreat = "POST /c"',
    ":5: there is no setting “entities.Customer.rest.reat”",
    "create",
  ],
  ['[entities.Customer.rest]\netag = "yes"', ":5: ", "true or false"],
  [
    '[entities.Customer]\nassigned = ["id"]\n[entities.Customer.rest]\ncreate = "PUT /c/{id}"',
    ":7: {id} cannot stand in the path of a create",
    "assigned",
  ],
  [`${shipment}[rest.statuses]\n423 = "later"`, ":8: ", "busy, conflict"],
  [`${shipment}[rest.statuses]\nno = "busy"`, ":8: ", "no status"],
  [`${shipment}[rest.headers]\n"X Y" = "a"`, "no header", ""],
  [`${shipment}[entities.Shipment.rest.changes]\nrequest = "GET /s?a={since}"`, ":8: ", "since ="],
  [`${shipment}[rest.errors]\nmeans = { 7 = "gone" }`, ":7: ", 'code = "code"'],
  [`${shipment}[rest.errors]\ncode = "c"\n[rest.errors.means]\n7 = "later"`, ":10: ", "duplicate"],
  [`${shipment}[rest.errors]\ncode = "c"\nmeans = { 7 = "done" }`, ":9: ", "[rest.statuses]"],
  [
    `${shipment}[rest.errors]\ncode = "c"\nmeans = { 7 = "duplicate" }`,
    "rest.idempotent = true",
    "key",
  ],
  [`${shipment}[rest.errors]\nkode = "c"`, ":8: there is no setting “rest.errors.kode”", "code"],
  [
    '[entities.Customer.rest.update]\nrequest = "PATCH /c/{id}"\npartial = true',
    "is of a PUT only",
    "Leave it out",
  ],
  [
    '[entities.Customer.rest.get]\nrequest = "GET /c"\nquery = { where = { ref = "{nmae}" } }',
    "{nmae} is no column of Customer",
    "name",
  ],
  [
    '[entities.Customer.rest.lookup]\nrequest = "GET /c"\nquery = { a = "{row}" }',
    ":6: {row} means nothing here",
    "{id}",
  ],
  ['[entities.Customer.rest.lookup]\nrequest = "GET /c"\nquery = "a=b"', ":6: ", "a table"],
  [
    '[entities.Customer.rest.list]\nrequest = "GET /c"\nfirst_after = true',
    ":6: ",
    "less than every id",
  ],
  [`${shipment}[scope.Shipment]`, "[scope] needs the target slipway", "leave [scope] out"],
  [`${shipment}[entities.Shipment.rest.fields]\nnmae = "x"`, "{nmae} is no column of Shipment", ""],
];

test("what is wrong is refused with its line and with what to do", async () => {
  const database = await world.freight("refused.db");
  for (const [text, ...wanted] of refused) {
    const config = world.write("refused.toml", head + text);
    const args = ["serve", "--database", database, "--config", config];
    const { code, stderr } = await world.run("slipway", args);
    assert.equal(code, 2, `${text}\n${stderr}`);
    for (const word of wanted)
      assert.ok(stderr.includes(word), `${text}\nno “${word}” in: ${stderr}`);
  }
  const args = ["serve", "--database", database, "--target", "rest"];
  const { code, stderr } = await world.run("slipway", args);
  assert.equal(code, 2);
  assert.match(stderr, /rest\.url is missing/);
});
