// examples/hosted-api as a process, whole or with a defect planted in a copy.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { repository } from "./harness.mjs";

const folder = path.join(repository, "examples/hosted-api");
const psql = "/usr/lib/postgresql/15/bin/psql";

/** Its locked npm packages, unless they are there. */
export function installHostedApi() {
  const lock = fs.readFileSync(path.join(folder, "package-lock.json"), "utf8");
  const stamp = path.join(folder, "node_modules/.slipway-lock");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === lock) return;
  const options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", options, { cwd: folder, stdio: "pipe" });
  fs.writeFileSync(stamp, lock);
}

/** Makes its tables in a database of the server that `postgres` is; gives the database's URL. */
export async function hostedApiDatabase(world, postgres) {
  await postgres.sql("CREATE DATABASE hosted_api OWNER slipway");
  const url = postgres.url.replace(/\/cloud$/, "/hosted_api");
  const options = [url, "-Xq", "-v", "ON_ERROR_STOP=1", "-f", path.join(folder, "schema.sql")];
  const made = await world.run(psql, options);
  if (made.code !== 0) throw new Error(`psql: ${made.stderr}`);
  return url;
}

/** A copy in which texts of its files are replaced: {file: [[before, after], …]}. */
function copyWith(world, name, changes) {
  const copy = world.path(name);
  const isOurs = (file) => !file.startsWith(path.join(folder, "node_modules"));
  fs.cpSync(folder, copy, { recursive: true, filter: isOurs });
  fs.symlinkSync(path.join(folder, "node_modules"), path.join(copy, "node_modules"));
  for (const [file, replacements] of Object.entries(changes)) {
    let text = fs.readFileSync(path.join(copy, file), "utf8");
    for (const [before, after] of replacements) {
      if (text.split(before).length !== 2) throw new Error(`${file} has not once: ${before}`);
      text = text.replace(before, () => after);
    }
    fs.writeFileSync(path.join(copy, file), text);
  }
  return copy;
}

/** Starts it; gives its address. */
export async function startHostedApi(world, database, tokensFile, { name, changes } = {}) {
  const where = changes ? copyWith(world, name, changes) : folder;
  const env = { DATABASE_URL: database, TOKENS_FILE: tokensFile, PORT: "0" };
  const running = world.spawn(process.execPath, ["server.mjs"], { cwd: where, env });
  const { url } = await running.ready();
  world.onClose(() => running.signal("SIGTERM"));
  return { url, running };
}
