// What the system tests share: real daemons and clouds as child processes, and reading the cloud's
// whole truth through its own API. tools.mjs has what needs no process.
//
// Everything lives in one World: a scratch folder, processes and servers. Its close() ends each
// process by itself and removes the folder; SLIPWAY_KEEP=1 leaves the folder and says where it is.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { heard } from "../openapi/tap.mjs";
import { parsed, pause, request, seeded, until } from "./tools.mjs";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
export const programs = process.env.SLIPWAY_BIN_DIR ?? path.join(repository, "build/bin");
// A busy machine is no failure. What must be soon is measured where it is promised.
const startSeconds = 60;
const stopSeconds = 60;
const pagesMax = 100_000;

export { pause, request, seeded, until };

export class World {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-system-"));
  #running = new Set();
  #closing = [];
  #exiting = [];

  constructor() {
    // A test runner that is stopped must leave nothing behind.
    process.on("exit", () => {
      for (const { child } of this.#running) child.kill("SIGKILL");
      for (const end of this.#exiting) end();
      this.#removeFolder();
    });
    for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));
  }

  path(name) {
    return path.join(this.#folder, name);
  }

  write(name, content, mode = 0o600) {
    fs.writeFileSync(this.path(name), content, { mode });
    return this.path(name);
  }

  onClose(close) {
    this.#closing.push(close);
  }

  /** For what its processes have started by themselves: called when this process ends, in whatever way. */
  onExit(end) {
    this.#exiting.push(end);
  }

  spawn(program, args, options = {}) {
    const { prefix = [] } = options;
    const file = program.includes("/") ? program : path.join(programs, program);
    const [first, ...rest] = [...prefix, file, ...args];
    const child = spawn(first, rest, {
      stdio: ["pipe", "pipe", "pipe"],
      cwd: this.#folder,
      ...options,
      env: heard({ ...clean(process.env), ...options.env }, programs),
    });
    const running = new Running(child, `${program} ${args[0] ?? ""}`);
    this.#running.add(running);
    running.ended.then(() => this.#running.delete(running));
    return running;
  }

  /** Runs a program to its end. */
  async run(program, args, options = {}) {
    const running = this.spawn(program, args, options);
    running.child.stdin.end();
    const code = await running.end(options.seconds ?? startSeconds);
    return { code, stdout: running.stdout, stderr: running.stderr };
  }

  async freight(name, args = ["--empty"]) {
    const database = this.path(name);
    const made = await this.run("freight-data", ["--database", database, ...args]);
    if (made.code !== 0) throw new Error(`freight-data: ${made.stderr}`);
    return database;
  }

  cloud(name = "cloud.db") {
    return new Cloud(this, `sqlite:${this.path(name)}`);
  }

  async desk(name, options) {
    const database = options.database ?? (await this.freight(`${name}.db`));
    return new Desk(this, name, database, options);
  }

  /** A small HTTP server in this process, on a port of the kernel's; gives its address. */
  async server(answer) {
    const server = http.createServer(answer);
    this.onClose(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${server.address().port}`;
  }

  async close() {
    for (const close of this.#closing) await close();
    const left = [...this.#running];
    for (const { child } of left) child.kill("SIGKILL");
    await Promise.all(left.map((running) => running.ended));
    if (process.env.SLIPWAY_KEEP) console.log(`kept: ${this.#folder}`);
    this.#removeFolder();
  }

  #removeFolder() {
    if (process.env.SLIPWAY_KEEP) return;
    const options = { recursive: true, force: true, maxRetries: 5 }; // the dead may still be writing
    fs.rmSync(this.#folder, options);
  }
}

// The settings of the person at the keyboard do not count here.
function clean(environment) {
  const ours = ([name]) => !/^(SLIPWAY_|SYNC_)/.test(name);
  return Object.fromEntries(Object.entries(environment).filter(ours));
}

class Running {
  stdout = "";
  stderr = "";
  code = null;

  constructor(child, name) {
    this.child = child;
    this.name = name;
    child.stdin.on("error", () => {}); // it may end before it reads
    child.stdout.on("data", (chunk) => (this.stdout += chunk));
    child.stderr.on("data", (chunk) => (this.stderr += chunk));
    this.ended = new Promise((resolve) => {
      child.on("error", (error) => resolve((this.code = String(error))));
      child.on("close", (code, signal) => resolve((this.code = code ?? signal)));
    });
  }

  /** Its exit code, or the signal's name; one that does not end in time is killed: an error. */
  async end(seconds = stopSeconds) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, seconds * 1000, "late")));
    const code = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    if (code !== "late") return code;
    this.child.kill("SIGKILL");
    await this.ended;
    throw new Error(`${this.name} did not end within ${seconds} s`);
  }

  async ready() {
    await until(
      `${this.name} says that it is ready`,
      () => {
        if (this.code !== null) {
          const error = new Error(`${this.name} ended with ${this.code}: ${this.stderr}`);
          error.code = "ERR_ASSERTION"; // no use in waiting on
          throw error;
        }
        return this.stdout.includes("\n");
      },
      startSeconds,
    );
    return JSON.parse(this.stdout.split("\n", 1)[0]);
  }

  /** Until wake(): it holds its connections and its files, and does nothing. */
  async freeze() {
    this.child.kill("SIGSTOP");
    await until(`${this.name} is stopped`, () => /^State:\tT/m.test(statusOf(this.child.pid)));
  }

  wake = () => this.child.kill("SIGCONT");

  async signal(name, seconds = stopSeconds) {
    const began = performance.now();
    this.child.kill(name);
    const code = await this.end(seconds);
    return { code, seconds: (performance.now() - began) / 1000 };
  }
}

const statusOf = (process) => fs.readFileSync(`/proc/${process}/status`, "utf8");

/** A cloud that keeps its port and its file over restarts. */
export class Cloud {
  #world;
  #listen;
  running = null;
  url = "";
  // Of the next start:
  environment = {};
  args = [];
  prefix = []; // a program that starts it, with its arguments

  constructor(world, database, listen = "127.0.0.1:0") {
    this.#world = world;
    this.#listen = listen;
    this.database = database;
    this.file = database.replace(/^sqlite:/, "");
  }

  async start() {
    const args = ["serve", "--database", this.database, "--listen", this.#listen, ...this.args];
    const { environment: env, prefix } = this;
    this.running = this.#world.spawn("slipway-cloud", args, { env, prefix });
    this.ready = await this.running.ready();
    this.url = this.ready.url;
    this.#listen = new URL(this.url).host;
    return this;
  }

  stop = () => this.running.signal("SIGTERM");
  kill = () => this.running.signal("SIGKILL");
  freeze = () => this.running.freeze();
  wake = () => this.running.wake();

  async token(device, tenant = "acme") {
    const args = ["token", "create", "--database", this.database];
    const made = await this.#world.run("slipway-cloud", [
      ...args,
      ...["--tenant", tenant, "--device", device],
    ]);
    if (made.code !== 0) throw new Error(`token create: ${made.stderr}`);
    return made.stdout.trim();
  }

  /** All rows and the receipts of the token's device, page by page from the first commit. */
  async everything(token) {
    const rows = new Map();
    const receipts = [];
    let cursor = "";
    for (let page = 0; page < pagesMax; page += 1) {
      const { status, json, text } = await request(
        `${this.url}/v1/changes?limit=1000${cursor && `&cursor=${cursor}`}`,
        { token },
      );
      if (status !== 200) throw new Error(`/v1/changes: ${status} ${text}`);
      for (const row of json.rows) rows.set(`${row.entityType}/${row.entityId}`, row);
      receipts.push(...json.receipts);
      cursor = `${json.to.seq}-${json.to.salt}`;
      if (json.to.seq === json.head.seq) return { rows, receipts, head: json.head };
    }
    throw new Error(`/v1/changes has no end after ${pagesMax} pages`);
  }
}

/** A database and the daemon that serves it, over restarts. */
export class Desk {
  #world;
  running = null;
  url = "";
  token = "";

  constructor(world, name, database, options) {
    this.#world = world;
    this.name = name;
    this.database = database;
    this.environment = options.environment ?? {}; // of the next start, like `prefix`
    this.prefix = [];
    this.args = ["serve", "--database", database, ...(options.args ?? [])];
    if (options.cloud) this.args.push("--cloud", options.cloud);
    if (options.token !== undefined) {
      this.tokenFile = world.write(`${name}.cloud-token`, `${options.token}\n`);
      this.args.push("--cloud-token-file", this.tokenFile);
    }
  }

  async start() {
    const { environment: env, prefix } = this;
    this.running = this.#world.spawn("slipway", this.args, { env, prefix });
    this.ready = await this.running.ready();
    this.url = this.ready.url;
    this.token = fs.readFileSync(path.resolve(this.#world.path(""), this.ready.tokenFile), "utf8");
    this.token = this.token.trim();
    return this;
  }

  stop = () => this.running.signal("SIGTERM");
  kill = () => this.running.signal("SIGKILL");
  freeze = () => this.running.freeze();
  wake = () => this.running.wake();

  request(target, options = {}) {
    return request(this.url + target, { token: this.token, ...options });
  }

  /** A request that must be answered with one of these statuses; gives the body. */
  async ask(target, options = {}, wanted = [200]) {
    const answer = await this.request(target, options);
    if (wanted.includes(answer.status)) return answer.json;
    throw new Error(`${this.name}: ${target}: ${answer.status} ${answer.text}`);
  }

  post = (target, body) => this.ask(target, { method: "POST", body });
  status = () => this.ask("/sync/status");
  entry = (id) => this.ask(`/sync/queue/${id}`);
  enqueue = (body, headers = {}) =>
    this.ask("/sync/enqueue", { method: "POST", body, headers }, [200, 202]);

  create = (entityType, entityId, payload) => this.#write("CREATE", entityType, entityId, payload);
  update = (entityType, entityId, payload) => this.#write("UPDATE", entityType, entityId, payload);
  delete = (entityType, entityId) => this.#write("DELETE", entityType, entityId, {});
  #write(op, entityType, entityId, payload) {
    return this.enqueue({ entityType, entityId, action: actionOf(op, entityType), payload });
  }

  async row(entityType, entityId) {
    const answer = await this.request(`/data/${entityType}/${entityId}`);
    return answer.status === 404 ? null : answer.json;
  }

  /** All rows of a type, by id. */
  async rows(entityType) {
    const rows = new Map();
    for (let offset = 0; ; offset += 1000) {
      const page = await this.ask(`/data/${entityType}?limit=1000&offset=${offset}&sort=id`);
      for (const row of page.rows) rows.set(row.entityId, row);
      if (offset + page.rows.length >= page.total || page.rows.length === 0) return rows;
    }
  }

  /** The events of GET /sync/events from now on, as {event, id, data} in `list`; `on` is called. */
  async events() {
    const heard = { list: [], close: () => sent.destroy() };
    const headers = { authorization: `Bearer ${this.token}` };
    const sent = http.get(`${this.url}/sync/events`, { headers, agent: false });
    sent.on("error", () => {});
    const [answer] = await once(sent, "response");
    heard.status = answer.statusCode;
    heard.type = answer.headers["content-type"];
    let text = "";
    answer.on("error", () => {});
    answer.setEncoding("utf8").on("data", (chunk) => {
      const parts = (text + chunk).split("\n\n");
      text = parts.pop();
      for (const event of parts.map(eventOf).filter((each) => each.event)) {
        heard.list.push(event);
        heard.on?.(event);
      }
    });
    this.#world.onClose(heard.close);
    return heard;
  }

  simulateOffline = (on) => this.post("/sync/connectivity", { simulateOffline: on });

  /** Nothing is open any more, parked entries included, and all of the cloud's log is here. */
  drained(seconds = 60) {
    return until(
      `${this.name} has drained`,
      async () => {
        const status = await this.status();
        const { counts } = status;
        const open = ["PENDING", "PROCESSING", "CONFLICT", "ERROR", "DISCARDING"];
        const left = open.reduce((sum, name) => sum + counts[name], 0);
        return left === 0 && status.cursor && status.cursor.seq === status.head?.seq
          ? status
          : false;
      },
      seconds,
    );
  }

  /** Its rows are the cloud's as of that commit, or a later one. */
  reached(head, seconds = 60) {
    return until(
      `${this.name} has reached commit ${head.seq}`,
      async () => {
        const { cursor } = await this.status();
        return cursor && cursor.seq >= head.seq;
      },
      seconds,
    );
  }

  /** Waits for an entry's status, and not on when it has come to rest in another one. */
  becomes(id, status, seconds = 60) {
    return until(
      `#${id} is ${status}`,
      async () => {
        const entry = await this.entry(id);
        if (entry.status === status) return entry;
        if (["PENDING", "PROCESSING", "DISCARDING"].includes(entry.status)) return false;
        const text = `#${id} is ${entry.status}, not ${status}: ${JSON.stringify(entry)}`;
        throw Object.assign(new Error(text), { code: "ERR_ASSERTION" });
      },
      seconds,
    );
  }
}

function eventOf(part) {
  const lines = part.split("\n").map((line) => line.split(/: ?(.*)/s, 2));
  const { event, id, data } = Object.fromEntries(lines);
  return { event, id: Number(id), data: parsed(data ?? "") };
}

export function actionOf(op, entityType) {
  return `${op}_${entityType.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase()}`;
}

/** Another process that keeps a database locked until what this gives is called. */
export async function lock(world, database) {
  const code =
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20); c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()";
  const holder = world.spawn("/usr/bin/env", ["python3", "-c", code, database]);
  await until("the database is locked", () => holder.stdout.includes("locked") || holder.code);
  if (holder.code !== null) throw new Error(holder.stderr);
  return async () => {
    holder.child.stdin.end();
    await holder.end();
  };
}
