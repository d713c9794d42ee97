// The proof; see run.sh. Each check is a promise about a document or about answers to it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { cloudChecks } from "./cloud_checks.mjs";
import { Contract } from "./contract.mjs";
import { lint } from "./lint.mjs";
import { localChecks } from "./local_checks.mjs";
import { stopAll } from "./programs.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const local = new Contract(path.join(root, "protocol/local_api.openapi.json"));
const cloud = new Contract(path.join(root, "protocol/cloud_api.openapi.json"));

// Which schema each shared example is one of.
const examples = {
  "push_request.json": [cloud, "PushRequest"],
  "push_answer.json": [cloud, "PushAnswer"],
  "page.json": [cloud, "PullAnswer"],
  "poke.json": [cloud, "Poke"],
  "snapshot_page.json": [cloud, "SnapshotPage"],
  "receipt.json": [cloud, "Receipt"],
  "merged_receipt.json": [cloud, "Receipt"],
  "entry.json": [local, "EntryDetail"],
  "status.json": [local, "SyncStatus"],
  "conflict.json": [local, "Conflict"],
  "problem.json": [local, "Problem"],
};

const documentChecks = {
  async "the local API's document is sound"() {
    assert.deepEqual(await lint(local), []);
  },
  async "the cloud API's document is sound"() {
    assert.deepEqual(await lint(cloud), []);
  },
  "a fault in an answer would be seen: a member more, one less, another type"() {
    const good = { id: randomUUID(), verdict: "applied", seq: 1 };
    assert.deepEqual(local.faultsByName("Receipt", good), []);
    for (const change of [{ more: 1 }, { seq: undefined }, { seq: "1" }, { verdict: "blocked" }]) {
      const bad = JSON.parse(JSON.stringify({ ...good, ...change }));
      assert.notDeepEqual(local.faultsByName("Receipt", bad), [], JSON.stringify(change));
    }
  },
  "the shared examples are what the documents describe"() {
    const folder = path.join(root, "protocol/examples");
    assert.deepEqual(fs.readdirSync(folder).sort(), Object.keys(examples).sort());
    for (const [file, [contract, name]] of Object.entries(examples)) {
      const value = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
      assert.deepEqual(contract.faultsByName(name, value), [], file);
    }
  },
};

let passed = 0;
let failed = 0;
async function check(name, run) {
  try {
    await run();
    console.log(`ok      ${name}`);
    passed += 1;
  } catch (error) {
    console.log(`FAILED  ${name}\n${String(error.stack).replace(/^/gm, "        ")}`);
    failed += 1;
  }
}

try {
  for (const [name, run] of Object.entries(documentChecks)) await check(name, run);
  for (const checks of [await localChecks(local, root), await cloudChecks(cloud, root)]) {
    for (const [name, run] of Object.entries(checks)) await check(name, run);
  }
} catch (error) {
  console.log(`FAILED  the programs could not be started\n${error.stack}`);
  failed += 1;
} finally {
  await stopAll();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
