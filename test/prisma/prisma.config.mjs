// Prisma's migration tools by their WebAssembly engine, which needs no download: with an adapter
// in this file `migrate diff` and `db push` use it. Told by run.sh: PROOF_SCHEMA, a folder;
// PROOF_DATABASE, a file.
import { PrismaBetterSQLite3 } from "@prisma/adapter-better-sqlite3";
import { defineConfig } from "@prisma/config";

const factory = new PrismaBetterSQLite3({ url: `file:${process.env.PROOF_DATABASE}` });

// Migrations are played into a database in memory. The engine hands each file over as one
// executeRaw, and this adapter's executeRaw takes one statement only.
const connectToShadowDb = factory.connectToShadowDb.bind(factory);
factory.connectToShadowDb = async () => {
  const adapter = await connectToShadowDb();
  const executeOne = adapter.executeRaw.bind(adapter);
  adapter.executeRaw = async (query) => {
    if (query.args.length > 0) return executeOne(query);
    await adapter.executeScript(query.sql);
    return 0;
  };
  return adapter;
};

export default defineConfig({
  experimental: { adapter: true },
  schema: process.env.PROOF_SCHEMA,
  engine: "js",
  adapter: async () => factory,
});
