// An empty database with the desk's tables, packed into the program for its first start.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const here = join(import.meta.dirname, "..");
const programs = process.env.SLIPWAY_BIN_DIR ?? join(here, "../../../build/bin");
const database = join(here, "build/empty.db");
mkdirSync(join(here, "build"), { recursive: true });
rmSync(database, { force: true });
execFileSync(join(programs, "freight-data"), ["--database", database, "--empty"], {
  stdio: "inherit",
});
