// The account at the end of a run: each write that a desk accepted, against each entry in its queue,
// each receipt, effect and row at the cloud, all of it counted with SQL. Call it when all have drained.

import assert from "node:assert/strict";
import { sql } from "./sql.mjs";

const entityTypes = ["Customer", "Shipment", "Invoice", "InvoiceLine"];

/** `writers`: who wrote, each at a desk of its own, to rows of its own. Gives the figures. */
export async function account(world, cloud, writers, { settled = "SUCCESS" } = {}) {
  const ledger = await readLedger(world, cloud);
  const accepted = writers.flatMap((writer) => writer.accepted);
  checkReceipts(ledger, accepted);
  checkEffects(ledger, accepted);
  for (const { model } of writers) checkValues(ledger, model);
  for (const writer of writers) {
    checkQueue(await readQueue(world, writer.desk), writer.accepted, settled);
    await checkRows(world, writer.desk, ledger);
  }
  return {
    entries: accepted.length,
    receipts: ledger.receipts.length,
    lost: 0,
    doubled: 0,
    stuck: 0,
  };
}

/** Everything that the cloud's file holds about one tenant's rows. */
export async function readLedger(world, cloud) {
  const [receipts, images, entities, commits, tenants, integrity] = await sql(
    world,
    cloud.file,
    "SELECT id, verdict, seq, incarnation, number, body FROM receipt ORDER BY seq, id",
    "SELECT seq, type, id FROM row_image ORDER BY seq, type, id",
    'SELECT type, id, "values", deleted, seq FROM entity ORDER BY type, id',
    "SELECT seq FROM commit_log ORDER BY seq",
    "SELECT head_seq FROM tenant",
    "PRAGMA integrity_check",
  );
  assert.deepEqual(integrity, [{ integrity_check: "ok" }]);
  assert.equal(tenants.length, 1, "the account is that of one tenant");
  assert.deepEqual(
    commits.map(({ seq }) => seq),
    Array.from({ length: tenants[0].head_seq + 1 }, (_, seq) => seq),
    "the log has no gap",
  );
  return { receipts, images, entities, commits };
}

async function readQueue(world, desk) {
  const [entries, integrity] = await sql(
    world,
    desk.database,
    "SELECT id, clientRequestId, status, receiptSeq, voidState FROM SyncQueue ORDER BY id",
    "PRAGMA integrity_check",
  );
  assert.deepEqual(integrity, [{ integrity_check: "ok" }]);
  return entries;
}

// Exactly one for each accepted write, and none for another.
function checkReceipts({ receipts }, accepted) {
  assert.deepEqual(
    receipts.map(({ id }) => id).sort(),
    accepted.map(({ clientRequestId }) => clientRequestId).sort(),
    "one receipt for each accepted write",
  );
  const others = receipts.filter(({ verdict }) => verdict !== "applied");
  assert.deepEqual(others, [], "each was applied");
}

// A row image is an effect: each commit has those of the entries that it judged, and no other.
function checkEffects({ receipts, images, entities }, accepted) {
  const laneOf = new Map(accepted.map((entry) => [entry.clientRequestId, entry]));
  const wanted = new Set();
  const last = new Map();
  for (const { id, seq } of receipts) {
    const { entityType, entityId } = laneOf.get(id);
    wanted.add(`${seq} ${entityType}/${entityId}`);
    last.set(`${entityType}/${entityId}`, seq);
  }
  assert.deepEqual(
    images.map(({ seq, type, id }) => `${seq} ${type}/${id}`).sort(),
    [...wanted].sort(),
    "each effect belongs to a receipt",
  );
  // A row that had been written once more than its receipts say would have a later version.
  for (const { type, id, seq } of entities) assert.equal(seq, last.get(`${type}/${id}`));
  assert.equal(entities.length, last.size);
  const seqs = new Map(receipts.map(({ id, seq }) => [id, seq]));
  const lanes = new Map();
  for (const { entityType, entityId, clientRequestId } of accepted) {
    const lane = `${entityType}/${entityId}`;
    const seq = seqs.get(clientRequestId);
    assert.ok(seq >= (lanes.get(lane) ?? 0), `${lane}: ${clientRequestId} was judged too early`);
    lanes.set(lane, seq);
  }
}

function checkValues({ entities }, model) {
  const rows = new Map(entities.map((row) => [`${row.type}/${row.id}`, row]));
  for (const [key, values] of model) {
    const row = rows.get(key);
    assert.equal(
      Boolean(row.deleted),
      values === null,
      `${key} is ${row.deleted ? "" : "not "}deleted`,
    );
    const there = JSON.parse(row.values);
    for (const [field, value] of Object.entries(values ?? {})) {
      assert.deepEqual(there[field], value, `${key}.${field}`);
    }
  }
}

// Each entry of the queue, and no entry that nobody was told of.
function checkQueue(queue, accepted, settled) {
  assert.deepEqual(
    queue.map(({ id, clientRequestId, status }) => ({ id, clientRequestId, status })),
    accepted
      .map(({ id, clientRequestId }) => ({ id, clientRequestId, status: settled }))
      .sort((a, b) => a.id - b.id),
    "the queue holds what was accepted, all of it settled",
  );
  assert.deepEqual(
    queue.filter(({ receiptSeq, voidState }) => receiptSeq === null || voidState !== null),
    [],
  );
}

// The app's own tables: as many rows as the cloud has, with its values.
async function checkRows(world, desk, { entities }) {
  const [shadows, broken, ...tables] = await sql(
    world,
    desk.database,
    "SELECT entityType, entityId, state, seq, quarantine FROM SyncShadow",
    "PRAGMA foreign_key_check",
    ...entityTypes.map((type) => `SELECT * FROM "${type}"`),
  );
  assert.deepEqual(broken, []);
  const shadowOf = new Map(shadows.map((one) => [`${one.entityType}/${one.entityId}`, one]));
  const rows = new Map(
    tables.flatMap((table, i) => table.map((row) => [`${entityTypes[i]}/${row.id}`, row])),
  );
  const alive = entities.filter((row) => !row.deleted);
  assert.deepEqual([...rows.keys()].sort(), alive.map((row) => `${row.type}/${row.id}`).sort());
  for (const { type, id, values, seq } of alive) {
    const row = rows.get(`${type}/${id}`);
    for (const [field, value] of Object.entries(JSON.parse(values))) {
      const here = typeof value === "boolean" ? Boolean(row[field]) : row[field];
      assert.deepEqual(here, value, `${type}/${id}.${field}`);
    }
    const shadow = shadowOf.get(`${type}/${id}`);
    assert.deepEqual([shadow.state, shadow.seq, shadow.quarantine], ["SAME", seq, null]);
  }
}
