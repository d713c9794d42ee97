// DATABASE_URL=postgresql://… TOKENS_FILE=tokens PORT=8080 node server.mjs
// A line of the tokens' file is: TOKEN NAME OF THE CLIENT.

import fs from "node:fs";
import pg from "pg";
import { hostedApi } from "./app.mjs";
import { tables } from "./entities.mjs";

const { DATABASE_URL, TOKENS_FILE = "tokens", PORT = "8080" } = process.env;

// A try that waits for another one under the same key longer than this is answered 409.
const options = "-c lock_timeout=5000";
const pool = new pg.Pool({ connectionString: DATABASE_URL, options });
pool.on("error", console.error); // an idle connection broke: the next request gets a new one
const lines = fs.readFileSync(TOKENS_FILE, "utf8").split("\n");
const tokens = Object.fromEntries(lines.filter(Boolean).map((line) => line.split(/\s+(.*)/s, 2)));
const app = hostedApi(pool, tokens, await tables(pool));
const server = app.listen(Number(PORT), "127.0.0.1", () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ event: "listening", url }));
});
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => server.close(() => pool.end()) && server.closeIdleConnections());
