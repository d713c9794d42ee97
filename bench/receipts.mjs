// What it costs to forget receipts in PostgreSQL: a million of them, half of them old, forgotten as
// the product does it (a device at a time, a bounded piece in a transaction, a pause after each) while
// others push, in turns with pushes alone, so that what else the machine does counts for both; how
// much the table has grown after autovacuum has been there, and after as many new ones have come.
// `--parts N` does the same with the table in N parts by the tenant instead of as many as it has; 0: whole.
//
//   node bench/receipts.mjs [--parts N] [--receipts 1000000] [--seconds 10]
//
// The statements are the ledger's (src/cloud/postgres_queries.h), played by psql and pgbench.

import fs from "node:fs";
import { parseArgs } from "node:util";
import { pause, World } from "../test/system/harness.mjs";
import { programs, startPostgres } from "../test/system/postgres.mjs";

const { values: options } = parseArgs({
  options: {
    parts: { type: "string" },
    receipts: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "10" },
  },
});
const parts = options.parts === undefined ? undefined : Number(options.parts);
const seconds = Number(options.seconds);
const tenants = 40;
const devices = 5; // of each
const commits = Math.floor(Number(options.receipts) / tenants); // of each tenant, one receipt each

const world = new World();
const postgres = await startPostgres(world, { fsync: true });
const { port } = new URL(postgres.url);
const place = ["-h", "127.0.0.1", "-p", port, "-U", "postgres"];
const secondsMax = 900;

async function sql(text) {
  const args = [...place, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", "cloud", "-c", text];
  // As the ledger's: each statement is planned for its values.
  const env = { PGOPTIONS: "-c plan_cache_mode=force_custom_plan" };
  const ran = await world.run(`${programs}psql`, args, { seconds: secondsMax, env });
  if (ran.code !== 0) throw new Error(`psql: ${ran.stderr}`);
  return ran.stdout.trim();
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
}

const spared = "WITH (autovacuum_vacuum_scale_factor = 0.02)";
const inParts = (count) => `
  ALTER TABLE receipt RENAME TO other;
  CREATE TABLE receipt (LIKE other) ${count ? "PARTITION BY HASH (tenant)" : spared};
  ${Array.from(
    { length: count },
    (_, n) => `CREATE TABLE receipt_of_${n} PARTITION OF receipt
      FOR VALUES WITH (MODULUS ${count}, REMAINDER ${n}) ${spared};`,
  ).join("\n")}
  DROP TABLE other;
  ALTER TABLE receipt ADD PRIMARY KEY (tenant, id);
  CREATE UNIQUE INDEX receipt_of_number ON receipt (tenant, incarnation, number);
  CREATE INDEX receipt_of_device ON receipt (tenant, device, seq, place);`;

// Seen from one tenant they are interleaved with those of all others, as they come.
const fill = (first, last, at) => `
  INSERT INTO commit_log SELECT t, n, md5(t || '-' || n), 'd' || n % ${devices}, '${at}'
    FROM generate_series(${first}, ${last}) AS n, generate_series(1, ${tenants}) AS t;
  INSERT INTO receipt
    SELECT t, gen_random_uuid()::text, 'incarnation of ' || n % ${devices}, n, 'd' || n % ${devices},
      n, 0, 'applied', '{"id":"' || md5(t || ':' || n) || '","incarnation":"' || md5('i' || t) ||
      '","number":' || n || ',"salt":"' || md5(t || '-' || n) || '","seq":' || n ||
      ',"verdict":"applied"}'
    FROM generate_series(${first}, ${last}) AS n, generate_series(1, ${tenants}) AS t
    ORDER BY n, t;
  UPDATE head SET seq = ${last};
  UPDATE device SET cursor_seq = ${last};`;

// Piece by piece as purge_some_receipts does it (src/cloud/postgres_retention.cpp), for a while.
const forget = `
  CREATE PROCEDURE forget(seconds FLOAT, OUT pieces INT, OUT busy FLOAT, OUT longest FLOAT) LANGUAGE plpgsql AS $$
  DECLARE started TIMESTAMPTZ := clock_timestamp(); t BIGINT; old BIGINT; d TEXT; bound BIGINT; cut BIGINT; began TIMESTAMPTZ;
  BEGIN
    pieces := 0; busy := 0; longest := 0;
    FOR t IN 1..${tenants} LOOP
      LOOP
        IF clock_timestamp() > started + seconds * INTERVAL '1 second' THEN RETURN; END IF;
        began := clock_timestamp();
        PERFORM seq FROM head WHERE tenant = t FOR UPDATE;
        SELECT seq INTO old FROM commit_log WHERE tenant = t AND at <= '2025-12-31'
          ORDER BY at DESC, seq DESC LIMIT 1;
        SELECT v.name, least(v.cursor_seq, old) INTO d, bound FROM device AS v WHERE v.tenant = t
          AND EXISTS (SELECT 1 FROM receipt AS r WHERE r.tenant = t AND r.device = v.name
          AND r.seq <= least(v.cursor_seq, old)
          AND (r.number IS NOT NULL OR r.verdict = 'rejected')) ORDER BY v.name LIMIT 1;
        EXIT WHEN NOT FOUND;
        WITH old AS (SELECT seq FROM receipt WHERE tenant = t AND device = d AND seq <= bound
          AND (number IS NOT NULL OR verdict = 'rejected') ORDER BY seq LIMIT 1001)
          SELECT CASE WHEN count(*) <= 1000 THEN max(seq) ELSE coalesce((SELECT max(seq) FROM old
            WHERE seq < (SELECT max(seq) FROM old)), max(seq)) END INTO cut FROM old;
        PERFORM incarnation, number FROM receipt WHERE tenant = t AND device = d AND seq <= cut
          AND number IS NOT NULL ORDER BY incarnation, number;
        DELETE FROM receipt WHERE tenant = t AND device = d AND seq <= cut
          AND (number IS NOT NULL OR verdict = 'rejected');
        COMMIT;
        pieces := pieces + 1;
        busy := busy + extract(epoch FROM clock_timestamp() - began);
        longest := greatest(longest, extract(epoch FROM clock_timestamp() - began));
        PERFORM pg_sleep(0.1);
      END LOOP;
    END LOOP;
  END $$;`;

const push = `
\\set t random(1, ${tenants})
\\set d random(0, ${devices - 1})
\\set id random(1, 1000000000)
BEGIN;
SELECT seq FROM head WHERE tenant = :t FOR UPDATE \\gset
SELECT body FROM receipt WHERE tenant = :t AND id = 'id ' || :id;
SELECT body FROM receipt WHERE tenant = :t AND incarnation = 'incarnation of ' || :d AND number = :seq + 1;
INSERT INTO commit_log VALUES (:t, :seq + 1, md5(random()::text), 'd' || :d, '2026-06-01');
INSERT INTO receipt VALUES (:t, gen_random_uuid()::text, 'incarnation of ' || :d, :seq + 1, 'd' || :d,
  :seq + 1, 0, 'applied', repeat('x', 200));
UPDATE head SET seq = :seq + 1 WHERE tenant = :t;
SELECT body FROM receipt WHERE tenant = :t AND device = 'd' || :d AND seq > :seq ORDER BY seq, place;
COMMIT;`;

/** Pushes by two nodes until `work` is done: how long each took. */
async function pushing(name, work) {
  const script = world.write("push.sql", push);
  const log = world.path(name);
  const all = [
    "-n",
    "-c",
    "2",
    "-T",
    String(secondsMax),
    "-l",
    "--log-prefix",
    log,
    "-f",
    script,
    "cloud",
  ];
  const running = world.spawn(`${programs}pgbench`, [...place, ...all]);
  const measured = await timed(work);
  if (running.code !== null) throw new Error(`pgbench: ${running.stderr}`);
  await running.signal("SIGKILL");
  const waits = fs
    .readdirSync(world.path(""))
    .filter((file) => file.startsWith(name))
    .flatMap((file) => fs.readFileSync(world.path(file), "utf8").split("\n"))
    .map((line) => Number(line.split(" ")[2]) / 1000)
    .filter((ms) => ms > 0);
  return { ...measured, waits };
}

function pushes(turns) {
  const waits = turns.flatMap((turn) => turn.waits).sort((a, b) => a - b);
  const all = turns.reduce((sum, turn) => sum + turn.seconds, 0);
  return { perSecond: waits.length / all, p99: waits[Math.floor(waits.length * 0.99)] };
}

async function table() {
  const text = await sql(`SELECT sum(pg_relation_size(relid)),
    sum(pg_indexes_size(relid)), sum(n_dead_tup), min(last_autovacuum) IS NOT NULL
    FROM pg_stat_user_tables WHERE relname ~ '^receipt(_|$)'`);
  const [heap, indexes, dead, vacuumed] = text.split("|");
  return { heap: heap / 1e6, indexes: indexes / 1e6, dead: Number(dead), vacuumed };
}

const shown = (value) => (typeof value === "number" ? Math.round(value * 10) / 10 : value);
function say(what, figures) {
  const list = Object.entries(figures).map(([name, value]) => `${name} ${shown(value)}`);
  console.log(`${what}: ${list.join(", ")}`);
}

try {
  const node = await world.run("slipway-cloud", [
    ...["token", "create", "--database", postgres.url, "--tenant", "acme", "--device", "d0"],
  ]);
  if (node.code !== 0) throw new Error(node.stderr);
  await sql("ALTER SYSTEM SET autovacuum_naptime = '5s'");
  await sql("SELECT pg_reload_conf()");
  await sql("DELETE FROM head; DELETE FROM device; DELETE FROM commit_log");
  await sql(`INSERT INTO head SELECT t, 0, '', '' FROM generate_series(1, ${tenants}) AS t;
    INSERT INTO device (tenant, name, created) SELECT t, 'd' || d, ''
      FROM generate_series(1, ${tenants}) AS t, generate_series(0, ${devices - 1}) AS d`);
  if (parts !== undefined) await sql(inParts(parts));
  const half = Math.floor(commits / 2);
  const filled = await timed(async () => {
    await sql(fill(1, half, "2025-01-01"));
    await sql(fill(half + 1, commits, "2026-01-01"));
    await sql("VACUUM ANALYZE");
  });
  say(`filled, ${parts ?? "the product's"} parts`, { seconds: filled.seconds, ...(await table()) });
  await sql(forget);
  const alone = [];
  const both = [];
  const all = { seconds: 0, pieces: 0, msEach: 0, msLongest: 0 };
  for (let turn = 0; ; turn += 1) {
    alone.push(await pushing(`alone${turn}-`, () => pause(seconds * 1000)));
    const one = await pushing(`both${turn}-`, () => sql(`CALL forget(${seconds}, 0, 0, 0)`));
    const [pieces, busy, longest] = one.result.split("|").map(Number);
    if (pieces === 0) break;
    both.push(one);
    all.seconds += one.seconds;
    all.pieces += pieces;
    all.msEach += busy * 1000;
    all.msLongest = Math.max(all.msLongest, longest * 1000);
  }
  all.msEach /= all.pieces;
  const [without, beside] = [pushes(alone), pushes(both)];
  say("forgetting half of them", all);
  say("pushes alone", without);
  say("pushes beside it", beside);
  say("ratio", { rate: beside.perSecond / without.perSecond, p99: beside.p99 / without.p99 });
  const vacuumed = await timed(async () => {
    for (let i = 0; i < 300 && (await table()).dead > commits; i += 1) await pause(1000);
  });
  say("after autovacuum", { seconds: vacuumed.seconds, ...(await table()) });
  await sql("UPDATE head SET seq = seq + 1000000");
  await sql(fill(commits + 1_000_001, commits + 1_000_000 + half, "2026-07-01"));
  say("as many again", await table());
} finally {
  await world.close();
}
