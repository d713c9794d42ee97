// The proof itself; see run.sh. Every check asks Prisma, none compares with what we think it does.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { Workspace } from "./prisma.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const read = (name) => fs.readFileSync(path.join(root, name), "utf8");

const schemaSqlFile = "examples/freight/schema.sql";
const baselineFile = "prisma/migrations/20261122000000_slipway/migration.sql";
const migrationNames = fs.readdirSync(path.join(root, "src/store/migrations")).sort();
const slipwaySql = migrationNames.map((name) => read(`src/store/migrations/${name}`)).join("\n");

// Prisma 7 refuses an address in the schema, Prisma 6 asks for one; with an adapter 6 ignores it.
const withAddress = (schema) =>
  schema.replace('provider = "sqlite"', 'provider = "sqlite"\n  url      = "file:unused"');
const appSchema = withAddress(read("examples/freight/prisma/schema.prisma"));
const blocks = appSchema.slice(appSchema.indexOf("generator"), appSchema.indexOf("model "));
const app = { "schema.prisma": appSchema };
const slipwayModels = { "slipway.prisma": read("prisma/slipway.prisma") };
const both = { ...app, ...slipwayModels };
const onlySlipway = { "schema.prisma": blocks, ...slipwayModels };
const olderQueue = { "schema.prisma": blocks + read("test/prisma/older_queue.prisma") };

// Under node_modules, so that Prisma's generators find its client from there.
const folder = fs.mkdtempSync(path.join(import.meta.dirname, "node_modules/.proof-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
const workspace = new Workspace(folder);

const instant = "2026-11-22T13:25:01.462+00:00";
const insertEntry = `INSERT INTO "SyncQueue"
  ("entityType", "entityId", "action", "payload", "createdAt", "updatedAt") VALUES
  ('Shipment', 'shp_1', 'CREATE_SHIPMENT', '{"notes":"Zürich → Genève","pieces":3}',
   '${instant}', '${instant}');`;
const extras = `
  CREATE TRIGGER "proof_queue" AFTER UPDATE ON "SyncQueue" BEGIN SELECT 1; END;
  CREATE TRIGGER "proof_shipment" AFTER UPDATE ON "Shipment" BEGIN SELECT 1; END;
  CREATE INDEX "proof_partial" ON "SyncQueue"("lanePosition") WHERE "status" = 'PENDING';
  CREATE UNIQUE INDEX "proof_unique" ON "SyncQueue"("number") WHERE "op" IS NOT NULL;
  CREATE INDEX "proof_expression" ON "SyncQueue"(lower("entityId"));`;

let fileCount = 0;
function database(...scripts) {
  const file = path.join(folder, `proof-${++fileCount}.db`);
  const connection = new Database(file);
  for (const script of scripts) connection.exec(script);
  connection.close();
  return file;
}

function query(file, sql) {
  const connection = new Database(file, { readonly: true });
  try {
    return connection.prepare(sql).all();
  } finally {
    connection.close();
  }
}

const objects = (file) =>
  query(file, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
const names = (file) => objects(file).map((object) => object.name);
const baseline = () =>
  "-- Slipway's tables as it makes them itself, for apps that use `prisma migrate`. Where Slipway has\n" +
  "-- already run: prisma migrate resolve --applied 20261122000000_slipway\n" +
  `${slipwaySql}\nINSERT INTO "sync_meta" ("key", "value") VALUES ('schema', '${migrationNames.length}');\n`;

// The definitions of a table's columns, one a line, in order.
function columns(ddl, table) {
  const added = [...ddl.matchAll(new RegExp(`ALTER TABLE "${table}" ADD COLUMN (.*);`, "g"))];
  const body = ddl.match(
    new RegExp(`CREATE TABLE (?:IF NOT EXISTS )?"${table}" \\(\\n([^;]*)\\n\\);`),
  )[1];
  const own = body.split("\n").map((line) => line.trim().replace(/,$/, ""));
  return [...own, ...added.map((match) => match[1])];
}

const checks = {
  "schema.sql is exactly what Prisma generates for the freight schema"() {
    assert.equal(read(schemaSqlFile), workspace.difference([], app));
  },

  "the app's tables and Slipway's own differ in nothing from the Prisma models"() {
    assert.equal(workspace.difference([read(schemaSqlFile), slipwaySql], both), "");
  },

  "a difference would be seen: a column less, a plain index more"() {
    const less = slipwaySql.replace('ALTER TABLE "SyncQueue" ADD COLUMN "nonce" TEXT;', "");
    assert.match(workspace.difference([less], onlySlipway), /ADD COLUMN "nonce" TEXT/);
    const more = `${slipwaySql}\nCREATE INDEX "more" ON "SyncQueue"("attempts");`;
    assert.match(workspace.difference([more], onlySlipway), /DROP INDEX "more"/);
  },

  "partial indexes, expression indexes and triggers are no difference"() {
    assert.equal(workspace.difference([read(schemaSqlFile), slipwaySql, extras], both), "");
  },

  "the baseline migration is Slipway's own migrations with their number"() {
    assert.equal(read(baselineFile), baseline());
    assert.equal(workspace.difference([read(baselineFile)], onlySlipway), "");
  },

  "db push changes nothing: tables, indexes, triggers and rows are as they were"() {
    const file = database(read(schemaSqlFile), slipwaySql, extras, insertEntry);
    const before = objects(file);
    assert.match(workspace.push(file, both), /already in sync/);
    assert.deepEqual(objects(file), before);
    assert.equal(query(file, 'SELECT * FROM "SyncQueue"').length, 1);
    assert.ok(before.filter((object) => object.name.startsWith("proof_")).length === 5);
  },

  "db push without Slipway's models would drop its tables (why the models are shipped)"() {
    const file = database(read(schemaSqlFile), slipwaySql);
    workspace.push(file, app, "--accept-data-loss");
    assert.ok(!names(file).includes("SyncQueue"));
  },

  "the first ten columns of SyncQueue are Prisma's DDL for the older queue"() {
    const older = columns(workspace.difference([], olderQueue), "SyncQueue");
    assert.equal(older.length, 10);
    assert.deepEqual(columns(slipwaySql, "SyncQueue").slice(0, 10), older);
    assert.equal(columns(slipwaySql, "SyncQueue").length, 29);
  },

  "an older queue with rows grows into ours: no difference, the rows stay"() {
    const older = workspace.difference([], olderQueue);
    assert.equal(workspace.difference([older, slipwaySql], onlySlipway), "");
    const file = database(older, insertEntry, slipwaySql);
    assert.match(workspace.push(file, onlySlipway), /already in sync/);
    assert.equal(query(file, 'SELECT * FROM "SyncQueue"').length, 1);
  },

  "an app's new column leaves every trigger and Slipway's tables alone"() {
    const file = database(read(schemaSqlFile), slipwaySql, extras);
    const changed = appSchema.replace("model Shipment {", "model Shipment {\n  colour String?");
    workspace.push(file, { ...both, "schema.prisma": changed });
    assert.ok(names(file).includes("proof_shipment"));
    assert.ok(names(file).includes("proof_queue"));
  },

  "an app's change that makes Prisma rebuild a table loses that table's triggers, no others"() {
    const file = database(read(schemaSqlFile), slipwaySql, extras);
    const changed = appSchema.replace(/pieces\s+Int\s+@default\(1\)/, "pieces Int?");
    assert.notEqual(changed, appSchema);
    workspace.push(file, { ...both, "schema.prisma": changed });
    assert.ok(!names(file).includes("proof_shipment"));
    for (const kept of ["proof_queue", "proof_partial"]) assert.ok(names(file).includes(kept));
  },

  async "a Prisma client reads the queue: payload as JSON, times as dates, and finds by time"() {
    workspace.generateClient(both);
    const { PrismaClient } = await import("@prisma/client");
    const { PrismaBetterSQLite3 } = await import("@prisma/adapter-better-sqlite3");
    const file = database(read(schemaSqlFile), slipwaySql, insertEntry);
    const client = new PrismaClient({ adapter: new PrismaBetterSQLite3({ url: `file:${file}` }) });
    try {
      const at = new Date(instant);
      const entry = await client.syncQueue.findFirst({
        where: { createdAt: at, status: "PENDING" },
      });
      assert.deepEqual(entry.payload, { notes: "Zürich → Genève", pieces: 3 });
      assert.deepEqual([entry.createdAt, entry.updatedAt, entry.attempts], [at, at, 0]);
      assert.equal(await client.syncQueue.count({ where: { createdAt: { gt: at } } }), 0);
      await client.customer.create({
        data: { id: "cus_1", name: "A", country: "DE", createdAt: at },
      });
      const [row] = query(file, 'SELECT "createdAt" FROM "Customer"');
      assert.equal(row.createdAt, instant);
    } finally {
      await client.$disconnect();
    }
  },
};

if (process.argv.includes("--write")) {
  fs.writeFileSync(path.join(root, schemaSqlFile), workspace.difference([], app));
  fs.mkdirSync(path.dirname(path.join(root, baselineFile)), { recursive: true });
  fs.writeFileSync(path.join(root, baselineFile), baseline());
  console.log(`wrote ${schemaSqlFile} and ${baselineFile}`);
  process.exit(0);
}

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${String(error.message).replace(/^/gm, "        ")}`);
  }
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
