// A PostgreSQL 15 of a test's own, from the Debian package, in the test's World.

import fs from "node:fs";
import net from "node:net";
import { once } from "node:events";
import { execFileSync } from "node:child_process";
import { until } from "./harness.mjs";

export const programs = "/usr/lib/postgresql/15/bin/";
const portsToTry = 5;

export const isInstalled = fs.existsSync(`${programs}postgres`);

// PostgreSQL does not run as root.
export function postgresUser() {
  if (process.getuid() !== 0) return {};
  const number = (option) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** A port that the kernel gave and nobody holds any more. */
export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Gives the URL of an empty database, whose owner is no superuser, and what runs SQL as one. What a test
 * writes is of value to nobody after a power loss; who measures what a commit costs wants it synced.
 */
export async function startPostgres(world, { fsync = false, name = "cloud" } = {}) {
  const folder = world.path("postgres");
  fs.mkdirSync(folder, { mode: 0o700 });
  const user = postgresUser();
  if (user.uid !== undefined) {
    fs.chownSync(folder, user.uid, user.gid);
    fs.chmodSync(world.path(""), 0o711); // to get at its folder
  }
  const options = { ...user, cwd: "/" };
  const data = ["-D", `${folder}/data`];
  // Memory that is shared in files of its folder goes with the folder, however the server ends.
  const shared = ["-c", "dynamic_shared_memory_type=mmap"];
  const settings = ["-c", `fsync=${fsync ? "on" : "off"}`, ...shared];
  const init = [...data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"];
  const made = await world.run(`${programs}initdb`, [...init, "--no-sync"], options);
  if (made.code !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await start(world, folder, [...data, ...settings], options);
  const sql = async (text, database = "postgres", wanted = 0) => {
    const where = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-d", database];
    const ran = await world.run(`${programs}psql`, [...where, "-XAtq", "-c", text], options);
    if (ran.code !== wanted) throw new Error(`psql: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  await sql("CREATE ROLE slipway LOGIN");
  await sql(`CREATE DATABASE ${name} OWNER slipway`);
  const url = `postgresql://slipway@127.0.0.1:${port}/${name}`;
  return { url, sql: (text) => sql(text, name) };
}

// The kernel names a free port, which somebody may take before PostgreSQL does.
async function start(world, folder, settings, options) {
  for (let tried = 1; ; ++tried) {
    const port = await freePort();
    const args = [...settings, "-k", folder, "-p", String(port)];
    const server = world.spawn(`${programs}postgres`, args, options);
    await until(
      "PostgreSQL is ready",
      () => server.code !== null || server.stderr.includes("ready to accept connections"),
    );
    if (server.code === null) {
      world.onClose(() => server.signal("SIGQUIT"));
      return port;
    }
    if (tried === portsToTry) throw new Error(`postgres: ${server.stderr}`);
  }
}
