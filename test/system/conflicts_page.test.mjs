// The page on conflicts is true: each of its examples is played with two desks and a cloud.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { repository, until, World } from "./harness.mjs";

const page = fs.readFileSync(path.join(repository, "docs/conflicts.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+) test\n(.*?)^```$/gms)];
const ofKind = (kind) => blocks.filter(([, name]) => name === kind).map(([, , text]) => text);
const [configuration] = ofKind("toml");
const [schema] = ofKind("sql");
const examples = ofKind("json").map((text) => JSON.parse(text));

const makeDatabase = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";

let world, mine, theirs;

before(async () => {
  world = new World();
  const cloud = await world.cloud().start();
  const desk = async (name) => {
    const database = world.path(`${name}.db`);
    const made = await world.run("/usr/bin/env", ["python3", "-c", makeDatabase, database, schema]);
    assert.equal(made.code, 0, made.stderr);
    const config = world.write(`${name}.toml`, configuration);
    const options = { database, cloud: cloud.url, token: await cloud.token(name) };
    return (await world.desk(name, { ...options, args: ["--config", config] })).start();
  };
  mine = await desk("mine");
  theirs = await desk("theirs");
});
after(() => world.close());

const change = (desk, type, id, values) =>
  values === null ? desk.delete(type, id) : desk.update(type, id, values);

const assertShows = (desk, type, id, row) =>
  until(`${desk.name} shows ${JSON.stringify(row)}`, async () => {
    const { values } = (await desk.row(type, id)) ?? { values: {} };
    return Object.entries(row).every(
      ([field, value]) => JSON.stringify(values[field]) === JSON.stringify(value),
    );
  });

const name = (example) => `${example.rule}: ${JSON.stringify(example.mine)}`;

for (const [i, example] of examples.entries()) {
  test(name(example), async () => {
    const type = example.type ?? "Stock";
    const id = `r${i}`;
    const whole = type === "Stock" ? { name: "nuts", ...example.before } : example.before;
    const { id: created } = await mine.create(type, id, whole);
    await mine.becomes(created, "SUCCESS");
    await assertShows(theirs, type, id, whole);
    await mine.simulateOffline(true);
    const other = await change(theirs, type, id, example.theirs);
    await theirs.becomes(other.id, "SUCCESS");
    const own = await change(mine, type, id, example.mine);
    await mine.simulateOffline(false);
    const entry = await mine.becomes(own.id, example.becomes);
    if (example.becomes === "CONFLICT") {
      assert.equal(entry.conflict.reason, example.reason ?? "changed");
      if (example.fields) assert.deepEqual(entry.conflict.fields, example.fields);
    } else {
      assert.equal(entry.receipt.verdict, example.merged ? "merged" : "applied");
      await assertShows(theirs, type, id, example.row);
    }
    if (example.row) await assertShows(mine, type, id, example.row);
  });
}

test("there is an example for each rule", () => {
  const rules = new Set(examples.map(({ rule }) => rule));
  for (const rule of ["manual", "server", "client", "sum", "max", "min", "union", "scope = row"])
    assert.ok(rules.has(rule), rule);
});
