// Whatever a stranger, a browser or a mistaken program sends: a problem that says what was wrong
// and where, the right status, and nothing written.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { request, until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const customer = { name: "Nordlicht", country: "DE", updatedAt };
const create = (payload, more = {}) => ({
  entityType: "Customer",
  entityId: "c9",
  action: "CREATE_CUSTOMER",
  payload,
  ...more,
});

let world, cloud, desk, token;

before(async () => {
  world = new World();
  cloud = world.cloud();
  cloud.args = ["--log-requests"];
  await cloud.start();
  token = await cloud.token("Hamburg");
  desk = await (await world.desk("hamburg", { cloud: cloud.url, token })).start();
  await desk.create("Customer", "c1", customer);
  await desk.drained();
});
after(() => world.close());

/** The answer must be a problem of this status; `field` where one is at fault. */
function isProblem(answer, status, field, slug) {
  const said = `${answer.status} ${answer.text}`;
  assert.equal(answer.status, status, said);
  assert.match(answer.headers["content-type"], /^application\/problem\+json/, said);
  assert.equal(answer.json.status, status);
  assert.match(answer.json.type, /^https:\/\/slipway\.dev\/problems\/[a-z-]+$/);
  assert.ok(answer.json.title.length > 5, said);
  if (field) assert.equal(answer.json.field, field, said);
  if (slug) assert.equal(answer.json.type.split("/").at(-1), slug, said);
  for (const secret of [desk.token, token]) assert.ok(!answer.text.includes(secret));
}

async function writesNothing(deed) {
  const before = await desk.status();
  await deed();
  const after = await desk.status();
  assert.deepEqual(after.counts, before.counts);
}

const enqueue = (body, headers) => desk.request("/sync/enqueue", { method: "POST", body, headers });

test("without the token, or with a wrong one: 401; health and the description are open", async () => {
  for (const target of [
    "/sync/status",
    "/sync/queue",
    "/data/Customer",
    "/sync/events",
    "/nowhere",
  ]) {
    isProblem(await request(desk.url + target), 401);
    isProblem(await request(desk.url + target, { token: "guessed" }), 401);
  }
  await writesNothing(async () => {
    isProblem(
      await request(`${desk.url}/sync/enqueue`, { method: "POST", body: create(customer) }),
      401,
    );
  });
  assert.deepEqual((await request(`${desk.url}/healthz`)).json, { status: "ok" });
  const described = await request(`${desk.url}/openapi.json`);
  assert.match(described.json.openapi, /^3\.1/);
});

test("a foreign Host or Origin is refused, with the token too", async () => {
  const get = (headers) => desk.request("/sync/status", { headers });
  isProblem(await get({ host: "evil.example.com" }), 421, undefined, "foreign-host");
  isProblem(await get({ host: "127.0.0.1" }), 421);
  isProblem(await get({ origin: "https://evil.example.com" }), 403, undefined, "foreign-origin");
  isProblem(await get({ origin: "null" }), 403);
  assert.equal((await get({ origin: desk.url })).status, 200);
  const port = new URL(desk.url).port;
  assert.equal((await get({ host: `localhost:${port}` })).status, 200);
  await writesNothing(async () => {
    isProblem(await enqueue(create(customer), { origin: "https://evil.example.com" }), 403);
  });
  isProblem(
    await request(`${desk.url}/sync/enqueue`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example.com", "access-control-request-method": "POST" },
    }),
    403,
  );
});

test("what is no JSON, or no object, is 400 or 422; nothing is written", () =>
  writesNothing(async () => {
    for (const text of [
      "",
      "{",
      "not json",
      '{"a":1}{"b":2}',
      '{"payload":"\\ud800"}',
      "\xff\xfe",
    ]) {
      const answer = await enqueue(text);
      isProblem(answer, 400);
    }
    for (const body of ["[]", "7", "null", '"text"']) {
      const answer = await enqueue(body);
      assert.ok([400, 422].includes(answer.status), `${body}: ${answer.status}`);
      isProblem(answer, answer.status);
    }
    isProblem(await enqueue(`${"[".repeat(100_000)}`), 400);
  }));

test("10 MB are refused with 413, at the desk and at the cloud, and both live on", async () => {
  const huge = "x".repeat(10 * 1024 * 1024);
  const big = async (url, bearer, body) => {
    try {
      const answer = await request(url, { method: "POST", token: bearer, body });
      isProblem(answer, 413);
    } catch (error) {
      // The rest of the body may meet a closed connection before the answer is read.
      assert.match(error.code ?? "", /^(EPIPE|ECONNRESET)$/, error.message);
    }
  };
  await writesNothing(async () => {
    await big(`${desk.url}/sync/enqueue`, desk.token, create({ ...customer, name: huge }));
    await big(`${desk.url}/sync/enqueue`, "guessed", huge);
    await big(`${cloud.url}/v1/push`, token, huge);
  });
  assert.equal((await request(`${cloud.url}/healthz`)).status, 200);
});

test("a request that the cloud does not read on is found by its id, and counted", async () => {
  const headers = { "content-encoding": "br", "x-request-id": "from-a-balancer" };
  const refused = await request(`${cloud.url}/v1/push`, {
    method: "POST",
    token,
    headers,
    body: {},
  });
  isProblem(refused, 415);
  assert.equal(refused.headers["x-request-id"], "from-a-balancer");
  const line = await until("the refusal is in the log", () =>
    cloud.running.stderr.split("\n").find((text) => text.includes('"id":"from-a-balancer"')),
  );
  const { status, method, route, problem, message } = JSON.parse(line);
  assert.deepEqual(
    [status, method, route, problem],
    [415, "POST", "/v1/push", "unsupported-encoding"],
  );
  assert.match(message, /Content-Encoding of the body is not known/);
  const { text } = await request(`${cloud.url}/metrics`);
  assert.match(
    text,
    /^slipway_requests_total\{method="POST",route="\/v1\/push",status="415"\} 1$/m,
  );
});

test("an unknown type, action or field, and a wrong pair of them, are named", () =>
  writesNothing(async () => {
    isProblem(await enqueue(create(customer, { entityType: "Elephant" })), 422, "entityType");
    isProblem(await enqueue(create(customer, { action: "PAINT_CUSTOMER" })), 422, "action");
    isProblem(await enqueue(create(customer, { action: "CREATE_SHIPMENT" })), 422, "action");
    isProblem(await enqueue(create(customer, { colour: "blue" })), 422, "colour");
    isProblem(await enqueue(create({ ...customer, colour: "blue" })), 422, "payload.colour");
    const { action, ...without } = create(customer);
    assert.ok(action);
    isProblem(await enqueue(without), 422, "action");
    isProblem(await enqueue({ ...create(customer), payload: "text" }), 422, "payload");
    isProblem(await enqueue({ ...create(customer), entityId: {} }), 422, "entityId");
    isProblem(await enqueue({ ...create(customer), entityType: "SyncQueue" }), 422, "entityType");
    isProblem(
      await enqueue({ ...create(customer), entityType: "sqlite_master" }),
      422,
      "entityType",
    );
  }));

test("a value of the wrong type, a missing field and a reference to nothing name the field", () =>
  writesNothing(async () => {
    const cases = [
      [{ ...customer, name: 7 }, "payload.name"],
      [{ ...customer, creditLimitMinor: "much" }, "payload.creditLimitMinor"],
      [{ ...customer, creditLimitMinor: 1.5 }, "payload.creditLimitMinor"],
      [{ ...customer, updatedAt: true }, "payload.updatedAt"],
      [{ ...customer, name: null }, "payload.name"],
      [{ ...customer, name: { first: "Nord" } }, "payload.name"],
      [{ country: "DE", updatedAt }, "payload.name"],
    ];
    for (const [payload, field] of cases) {
      const answer = await enqueue(create(payload));
      assert.equal(answer.status, 422, `${JSON.stringify(payload)}: ${answer.text}`);
      isProblem(answer, 422, field);
    }
    const shipment = {
      customerId: "nobody",
      originPort: "DEHAM",
      destinationPort: "USNYC",
      updatedAt,
    };
    const orphan = { entityType: "Shipment", action: "CREATE_SHIPMENT", payload: shipment };
    const refused = await enqueue(orphan);
    assert.ok([409, 422].includes(refused.status), refused.text);
    isProblem(refused, refused.status);
    isProblem(await enqueue(create(customer, { entityId: "c1" })), 409);
    const update = create({ name: "x" }, { action: "UPDATE_CUSTOMER", entityId: "nobody" });
    const gone = await enqueue(update);
    assert.ok([404, 409].includes(gone.status), gone.text);
    isProblem(gone, gone.status);
  }));

test("groups and batches: empty, mixed or too long is refused; a batch tells good from bad", async () => {
  await writesNothing(async () => {
    isProblem(await enqueue({ mutations: [] }), 422, "mutations");
    isProblem(await enqueue({ batch: {} }), 422, "batch");
    const both = await enqueue({ mutations: [create(customer)], batch: [create(customer)] });
    isProblem(both, 422);
    const good = create(customer, { entityId: "c7" });
    const refused = await enqueue({ mutations: [good, create({ ...customer, name: 7 })] });
    isProblem(refused, 422, "mutations[1].payload.name");
    assert.equal(await desk.row("Customer", "c7"), null);
    const many = Array.from({ length: 2001 }, (_, i) => create(customer, { entityId: `m${i}` }));
    isProblem(await enqueue({ mutations: many }), 422, "mutations");
  });
  const mixed = await enqueue({
    batch: [
      create(customer, { entityId: "c8" }),
      create({}, { entityId: "c9" }),
      { nonsense: true },
    ],
  });
  assert.equal(mixed.status, 207);
  const [first, second, third] = mixed.json.results;
  assert.equal(first.entry.entityId, "c8");
  assert.match(second.problem.field, /^payload\./);
  assert.ok(third.problem.title);
  await desk.becomes(first.entry.id, "SUCCESS");
});

test("an unknown id, path, method or parameter is 404, 405 or 422", async () => {
  isProblem(await desk.request("/sync/queue/999999"), 404);
  isProblem(await desk.request("/sync/queue/seven"), 404);
  isProblem(await desk.request("/data/Customer/nobody"), 404);
  isProblem(await desk.request("/data/Elephant"), 404);
  isProblem(await desk.request("/nowhere"), 404);
  for (const action of ["retry", "discard", "force", "resolve"]) {
    isProblem(await desk.request(`/sync/queue/999999/${action}`, { method: "POST" }), 404);
  }
  isProblem(await desk.request("/sync/status", { method: "DELETE" }), 405);
  isProblem(await desk.request("/sync/queue?limit=-1"), 422, "limit");
  isProblem(await desk.request("/sync/queue?filter=all-of-them"), 422, "filter");
  isProblem(await desk.request("/data/Customer?sort=nonsense"), 422);
  isProblem(await desk.request("/data/Customer?nonsense=1"), 422);
  const wrong = { method: "POST", body: { simulateOffline: "yes" } };
  isProblem(await desk.request("/sync/connectivity", wrong), 422, "simulateOffline");
  const settings = { method: "PUT", body: { intervalMs: 0 } };
  isProblem(await desk.request("/sync/settings", settings), 422, "intervalMs");
});

test("a decision takes its own parameters alone, each 0, 1, false or true; else nothing is decided", async (t) => {
  t.after(() => desk.simulateOffline(false));
  await desk.simulateOffline(true);
  const made = await desk.create("Customer", "parameters", customer);
  await desk.enqueue({
    entityType: "Customer",
    entityId: "parameters",
    action: "UPDATE_CUSTOMER",
    payload: { name: "Südlicht", updatedAt },
  });
  const decide = (verb, query, body) =>
    desk.request(`/sync/queue/${made.id}/${verb}?${query}`, { method: "POST", body });
  await writesNothing(async () => {
    for (const [verb, query, field] of [
      ["discard", "withDependants=no", "withDependants"],
      ["discard", "withDependants=FALSE", "withDependants"],
      ["discard", "withDependants=1&dryRun", "dryRun"],
      ["discard", "withDependants=1&dryRun=", "dryRun"],
      ["discard", "withDependants=1&dryrun=1", "dryrun"],
      ["discard", "dryRun=0&withDependants=1&dryRun=1", "dryRun"],
      ["resolve", "dryRun=2", "dryRun"],
      ["resolve", "dryRun=no", "dryRun"],
      ["undo", "withDependants=1", "withDependants"],
      ...["retry", "force", "undo", "outcome"].map((verb) => [verb, "dryRun", "dryRun"]),
    ])
      isProblem(await decide(verb, query), 422, field, "invalid-parameter");
    isProblem(await decide("discard", "withDependants=false"), 409, null, "has-dependants");
    assert.equal((await decide("discard", "dryRun=true")).json.dryRun, true);
  });
  const done = await decide("discard", "dryRun=false&withDependants=true");
  assert.equal(done.json.closed.length, 2, done.text);
});

test("an Idempotency-Key that is empty, too long or there twice is refused", async () => {
  const body = create(customer, { entityId: "keyed" });
  await writesNothing(async () => {
    for (const key of ["", '""', " ", "k".repeat(256), ["one", "two"]])
      isProblem(
        await enqueue(body, { "idempotency-key": key }),
        400,
        "Idempotency-Key",
        "invalid-idempotency-key",
      );
  });
  const key = { "idempotency-key": "k".repeat(255) };
  const first = await enqueue(body, key);
  assert.equal(first.status, 202, first.text);
  assert.equal((await enqueue(body, key)).json.id, first.json.id);
  await desk.drained();
});

test("names that look like SQL, and text of every kind, are only text", async () => {
  const names = [
    'Robert\'); DROP TABLE "Customer";--',
    "日本語 ✈ 🚢 e\u0301 \u202e",
    "\u0000 nul, \t tab, \u007f",
    "%s %n {{7*7}} ${HOME} <script>alert(1)</script>",
    "",
  ];
  for (const [i, name] of names.entries()) {
    const id = `text-${i} '";/%2F?#`;
    const answer = await enqueue(create({ ...customer, name }, { entityId: id }));
    assert.equal(answer.status, 202, answer.text);
    await desk.becomes(answer.json.id, "SUCCESS");
    const row = await desk.row("Customer", encodeURIComponent(id));
    assert.equal(row.values.name, name);
  }
  const search = encodeURIComponent("'); DROP");
  assert.equal((await desk.ask(`/data/Customer?search=${search}`)).total, 1);
});

test("the cloud refuses bad pushes and cursors with a problem", async () => {
  const push = (body) => request(`${cloud.url}/v1/push`, { method: "POST", token, body });
  isProblem(await push("nonsense"), 400);
  const empty = await push({});
  isProblem(empty, empty.status);
  assert.ok([400, 422].includes(empty.status));
  const changes = (query) => request(`${cloud.url}/v1/changes?${query}`, { token });
  isProblem(await changes("cursor=nonsense"), 400, "cursor");
  isProblem(await changes("limit=0"), 400, "limit");
  isProblem(await changes("cursor=1-0123456789abcdef"), 409, undefined, "history-changed");
  isProblem(await request(`${cloud.url}/v1/requests/none`, { token }), 404);
  isProblem(await request(`${cloud.url}/v1/nowhere`, { token }), 404);
});

test("no tenant sees another's rows, receipts or ids", async () => {
  const stranger = await cloud.token("Hamburg", "other-company");
  const seen = await cloud.everything(stranger);
  assert.deepEqual([seen.rows.size, seen.receipts.length, seen.head.seq], [0, 0, 0]);
  const { receipts } = await cloud.everything(token);
  isProblem(await request(`${cloud.url}/v1/requests/${receipts[0].id}`, { token: stranger }), 404);
});
