// The service of an app: started, watched, started again when it ends or hangs, stopped at the end. It
// keeps its address over restarts, so that a page need not be told of them.

import { dirname } from "node:path";
import type { Log } from "./log.js";
import { canRestart, restartWaitMs, wellAfterMs } from "./restart-policy.js";
import { findRunning } from "./running.js";
import {
  type Connection,
  type Exit,
  type ServiceProcess,
  startProcess,
} from "./service-process.js";
import { isAlive } from "./health.js";

const readyMs = 30_000; // a large database is checked before it listens
const lookEveryMs = 10_000;
const silencesMax = 3; // in a row: it hangs

export type ServiceState =
  | { state: "stopped" }
  | { state: "starting" }
  | ({ state: "ready" } & Connection)
  | { state: "waiting"; retryInMs: number; reason: string }
  /** Not tried again by itself: it was started in a wrong way, or is not there. */
  | { state: "failed"; reason: string };

export interface Service {
  state(): ServiceState;
  onChange(listener: (state: ServiceState) => void): () => void;
  /** Starts it, or tries again at once where it waits or has failed. */
  start(): void;
  /** Resolves when it is ready; rejects when it has failed or is stopped. */
  ready(): Promise<Connection>;
  /** The machine has slept: silence before now means nothing. */
  forgiveSilence(): void;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** The program `slipway`. */
  binary: string;
  /** The app's database. */
  database: string;
  /** Of `slipway serve`, besides --database and --listen: --cloud, --cloud-token-file, --desk … */
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  log: Log;
  random?: () => number;
  /** How often it is asked whether it lives, and how long it may take to say so. */
  lookEveryMs?: number;
  answerMs?: number;
}

export function createService(options: ServiceOptions): Service {
  const { log, random = Math.random } = options;
  const listeners = new Set<(state: ServiceState) => void>();
  let current: ServiceState = { state: "stopped" };
  let running: ServiceProcess | null = null;
  let failures = 0;
  let listen = "127.0.0.1:0";
  let readyAt = 0;
  let silences = 0;
  let isLooking = false;
  const timers = createTimers();

  const change = (state: ServiceState) => {
    current = state;
    const details = "reason" in state ? { reason: state.reason } : {};
    log.write(state.state === "failed" ? "error" : "info", `service-${state.state}`, details);
    for (const listener of [...listeners]) listener(state);
  };

  const onReady = (connection: Connection) => {
    timers.clear();
    readyAt = performance.now();
    silences = 0;
    listen = new URL(connection.url).host;
    change({ state: "ready", ...connection });
    timers.every(options.lookEveryMs ?? lookEveryMs, () => void look(connection));
  };
  const look = async (connection: Connection) => {
    if (isLooking) return;
    isLooking = true;
    const process = running;
    const alive = await isAlive(connection.url, options.answerMs);
    isLooking = false;
    if (running !== process || current.state !== "ready") return;
    silences = alive ? 0 : silences + 1;
    if (silences < silencesMax) return;
    log.write("error", "service-hangs", { silences });
    if (process === null) restartLater("It does not answer");
    else process.kill(); // its end starts it again
  };
  const onExit = (exit: Exit) => {
    running = null;
    timers.clear();
    log.write("warn", "service-ended", { ...exit });
    if (current.state === "stopped") return;
    const reason = exit.reason || `It ended with ${exit.code ?? exit.signal ?? exit.error}`;
    if (!canRestart(exit)) return change({ state: "failed", reason });
    if (current.state === "starting") listen = "127.0.0.1:0"; // the old port may be taken by now
    restartLater(reason);
  };
  const restartLater = (reason: string) => {
    timers.clear();
    if (readyAt > 0 && performance.now() - readyAt > wellAfterMs) failures = 0;
    readyAt = 0;
    const retryInMs = restartWaitMs(failures++, random);
    change({ state: "waiting", retryInMs, reason });
    timers.once(retryInMs, () => void begin());
  };

  const begin = async () => {
    timers.clear();
    change({ state: "starting" });
    // One that outlived its app is used, not fought with: it holds the database.
    const found = await findRunning(options.database);
    if (current.state !== "starting" || running !== null) return;
    if (found !== null) {
      log.write("info", "service-found", { url: found.url });
      return onReady(found);
    }
    running = startProcess({
      binary: options.binary,
      args: ["serve", "--database", options.database, "--listen", listen, ...(options.args ?? [])],
      env: { ...process.env, ...options.env },
      folder: dirname(options.database),
      log,
      onReady,
      onExit,
    });
    timers.once(readyMs, () => running?.kill());
  };

  return {
    state: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => {
      if (current.state === "starting" || current.state === "ready") return;
      void begin();
    },
    ready: () => readyOf(() => current, listeners),
    forgiveSilence: () => {
      silences = 0;
    },
    stop: async () => {
      timers.clear();
      change({ state: "stopped" });
      await running?.stop();
      running = null;
    },
  };
}

function readyOf(
  current: () => ServiceState,
  listeners: Set<(state: ServiceState) => void>,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const look = (state: ServiceState) => {
      if (state.state === "ready") resolve({ url: state.url, token: state.token });
      else if (state.state === "failed") reject(new Error(state.reason));
      else if (state.state === "stopped") reject(new Error("The service is stopped"));
      else return;
      listeners.delete(look);
    };
    listeners.add(look);
    look(current());
  });
}

/** Timers that belong to one phase and end with it. */
function createTimers() {
  let all: ReturnType<typeof setTimeout>[] = [];
  return {
    once: (ms: number, run: () => void) => all.push(setTimeout(run, ms)),
    every: (ms: number, run: () => void) => all.push(setInterval(run, ms)),
    clear: () => {
      for (const timer of all) clearTimeout(timer);
      all = [];
    },
  };
}
