// The proof; see run.sh. Each check is a promise about a document or about answers to it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { Caller } from "./caller.mjs";
import { cloudChecks } from "./cloud_checks.mjs";
import { Contract } from "./contract.mjs";
import { judge } from "./heard.mjs";
import { lint } from "./lint.mjs";
import { localChecks } from "./local_checks.mjs";
import { stopAll } from "./programs.mjs";
import { answersOverTls } from "./tls_answers.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const contract = (api) => new Contract(path.join(root, `protocol/${api}_api.openapi.json`));
const local = contract("local");
const cloud = contract("cloud");

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

// As answer_tap.c writes it: one connection on which this was asked and answered.
function tapOf(asked, answered) {
  const record = (direction, text) => {
    const head = Buffer.alloc(12);
    [1, direction.charCodeAt(0), text.length].forEach((word, i) => head.writeUInt32LE(word, 4 * i));
    return Buffer.concat([head, Buffer.from(text)]);
  };
  return Buffer.concat([record("<", asked), record(">", answered), record("x", "")]);
}

function judged(document, asked, answered) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-heard-"));
  try {
    fs.writeFileSync(path.join(folder, `${document}-1`), tapOf(asked, answered));
    return judge(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const said = (status, type, body) =>
  `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const asking = (method, target) => `${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;

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
  "a fault in an answer that was heard would be seen, whoever asked"() {
    const json = "application/json";
    const problem = "application/problem+json";
    const words = { type: "https://slipway.dev/problems/not-found", title: "t", status: 404 };
    const good = [
      ["cloud", asking("GET", "/readyz"), said(200, json, '{"status":"ready"}')],
      ["cloud", asking("GET", "/v1/none"), said(404, problem, JSON.stringify(words))],
      ["cloud", asking("GET", "/readyz"), said(200, json, '{"status":"ready"}').slice(0, -5)],
      ["local", asking("GET", "/assets/a.js"), said(200, "text/javascript", "1")],
      ["local", asking("GET", "/sync/events"), said(200, "text/event-stream", ": beat\n\n")],
    ];
    for (const one of good) assert.deepEqual(judged(...one), { answers: 1, faults: [] }, one[2]);
    const bad = [
      ["cloud", asking("GET", "/readyz"), said(200, json, '{"status":"ready","more":1}'), /more/],
      ["cloud", asking("GET", "/readyz"), said(200, json, "{"), /is no JSON/],
      ["cloud", asking("GET", "/readyz"), said(200, "text/html", "<p>"), /is not documented/],
      ["cloud", asking("GET", "/v1/none"), said(200, json, "{}"), /path that is not documented/],
      ["cloud", asking("GET", "/v1/none"), said(404, json, "{}"), /is no problem document/],
      ["local", asking("GET", "/sync/none"), said(404, problem, "{}"), /required/],
      ["local", asking("GET", "/sync/status"), said(418, json, "{}"), /418/],
      [
        "local",
        asking("GET", "/sync/events"),
        said(200, "text/event-stream", "event: gossip\ndata: {}\n\n"),
        /event gossip: is not documented/,
      ],
    ];
    for (const [document, asked, answered, message] of bad) {
      const { faults } = judged(document, asked, answered);
      assert.match(faults.join("\n"), message, answered);
    }
    const both = asking("GET", "/readyz") + asking("GET", "/healthz");
    const answers = said(200, json, '{"status":"ready"}') + said(200, json, '{"status":"no"}');
    assert.equal(judged("cloud", both, answers).answers, 2);
    assert.match(judged("cloud", both, answers).faults.join(), /^GET \/healthz/);
  },
  async "answers over TLS are heard: each as it is, and a fault in one would be seen"() {
    const isTold = (process.env.ANSWER_TAP ?? "none") !== "none";
    if (!isTold) return; // a sanitized build is not heard at all
    const heard = await answersOverTls(["/readyz", "/v1/none", "/v1/capabilities"]);
    try {
      assert.deepEqual(judge(heard.folder), { answers: 3, faults: [] });
      // What is right of a cloud is wrong of a desk.
      const [file] = fs.readdirSync(heard.folder);
      fs.renameSync(path.join(heard.folder, file), path.join(heard.folder, "local-1"));
      const { answers, faults } = judge(heard.folder);
      assert.equal(answers, 3);
      assert.match(faults.join("\n"), /^GET \/readyz → 200: is of a path that is not documented$/m);
    } finally {
      heard.forget();
    }
  },
  async "a fault in a stream would be seen: garbled, not documented, at its end too early"() {
    const faulty = [
      ["event: status\ndata: {\n\n", /JSON/],
      ['event: queue\ndata: {"more": 1}\n\n', /^event queue: .*must be boolean/],
      ["event: gossip\ndata: {}\n\n", /^event gossip: is not documented/],
      [": a heartbeat\n\n", /ended after 0 events/],
    ];
    let said;
    const server = http.createServer((_, answer) =>
      answer.writeHead(200, { "content-type": "text/event-stream" }).end(said),
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      // Judged by a contract of its own: no route of the programs is proven by this.
      const caller = new Caller(contract("local"), `http://127.0.0.1:${server.address().port}`);
      for (const [text, message] of faulty) {
        said = text;
        const heard = caller.events(
          "/sync/events",
          () => true,
          async () => {},
        );
        await assert.rejects(heard, { message });
      }
    } finally {
      server.close();
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
