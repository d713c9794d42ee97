// A cloud and desks on scratch files, as processes of ours; all of them end with us.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { heard } from "./tap.mjs";

const bin = (name) => path.join(process.env.SLIPWAY_BIN_DIR, name);
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-openapi-"));
const children = [];

// Whatever ends us, nothing is left behind.
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); // the dead may still write
});
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));

export function run(name, ...words) {
  const result = spawnSync(bin(name), words, { cwd: folder, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${name} ${words.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

// The first line that it prints on stdout, read as JSON when it begins like that.
export async function start(command, ...words) {
  return startIn(process.env, command, ...words);
}

/** In the environment `env`. */
export async function startIn(env, command, ...words) {
  const child = spawn(command, words, {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    env: heard(env, process.env.SLIPWAY_BIN_DIR),
  });
  children.push(child);
  const line = await firstLine(child, command);
  return { child, line: line.startsWith("{") ? JSON.parse(line) : line };
}

function firstLine(child, command) {
  return new Promise((resolve, reject) => {
    let text = "";
    let errors = "";
    child.stderr.on("data", (data) => (errors += data));
    child.stdout.on("data", (data) => {
      text += data;
      if (text.includes("\n")) resolve(text.split("\n", 1)[0]);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code}: ${errors}`)));
  });
}

const ended = (child) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.on("exit", resolve));

export async function stop(child, signal = "SIGTERM") {
  child.kill(signal);
  await ended(child);
}

export async function stopAll() {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map(ended));
}

export async function startCloud(database = "cloud.db", listen = "127.0.0.1:0") {
  const { child, line } = await start(
    bin("slipway-cloud"),
    "serve",
    "--database",
    `sqlite:${database}`,
    "--listen",
    listen,
  );
  return { child, url: line.url };
}

export function makeToken(device, database = "cloud.db", scope = "") {
  return run(
    "slipway-cloud",
    "token",
    "create",
    "--database",
    `sqlite:${database}`,
    "--tenant",
    "demo",
    "--device",
    device,
    ...(scope ? ["--scope", scope] : []),
  ).trim();
}

export async function startDesk(name, cloud, token, ...words) {
  fs.writeFileSync(path.join(folder, `${name}.token`), token + "\n", { mode: 0o600 });
  return serve(name, "--cloud", cloud, "--cloud-token-file", `${name}.token`, ...words);
}

export function startWebhookDesk(name, url) {
  return serve(name, "--target", "webhook", "--webhook-url", url);
}

async function serve(name, ...words) {
  const { child, line } = await start(
    bin("slipway"),
    "serve",
    "--database",
    `${name}.db`,
    "--listen",
    "127.0.0.1:0",
    ...words,
  );
  const tokenFile = path.resolve(folder, line.tokenFile);
  return { child, url: line.url, token: fs.readFileSync(tokenFile, "utf8").trim() };
}
