// One run of `slipway serve`, from its start to its end. Tells when it listens and how it ended.

import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Log } from "./log.js";
import { createLines, parseReadyLine } from "./ready-line.js";

const lastLines = 3; // what it says before it ends is the reason
const stopMs = 5000; // the service itself promises two seconds

export interface Connection {
  url: string;
  token: string;
}

export interface Exit {
  code: number | null;
  signal: string | null;
  /** ENOENT and the like: it could not be started at all. */
  error: string | null;
  /** The last thing it said about itself. */
  reason: string;
}

export interface ServiceProcess {
  stop(): Promise<void>;
  /** Without asking: it does not answer any more. */
  kill(): void;
}

export interface ProcessOptions {
  binary: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  folder: string;
  log: Log;
  onReady: (connection: Connection) => void;
  onExit: (exit: Exit) => void;
}

export function startProcess(options: ProcessOptions): ServiceProcess {
  const { binary, args, env, folder, log, onReady, onExit } = options;
  let lastWords: string[] = [];
  let isOver = false;
  let over: (() => void)[] = [];
  const child: ChildProcess = spawn(binary, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const end = (exit: Exit) => {
    if (isOver) return;
    isOver = true;
    for (const resolve of over) resolve();
    over = [];
    onExit(exit);
  };
  child.on("error", (error: NodeJS.ErrnoException) =>
    end({ code: null, signal: null, error: error.code ?? "unknown", reason: error.message }),
  );
  child.on("close", (code, signal) =>
    end({ code, signal, error: null, reason: lastWords.join(" ") }),
  );
  child.stdout?.setEncoding("utf8").on(
    "data",
    createLines((line) => {
      const ready = parseReadyLine(line);
      if (ready === null) return log.write("info", "service-says", { line });
      const tokenFile = isAbsolute(ready.tokenFile)
        ? ready.tokenFile
        : join(folder, ready.tokenFile);
      readFile(tokenFile, "utf8").then(
        (token) => {
          if (!isOver) onReady({ url: ready.url, token: token.trim() });
        },
        (error: unknown) => log.write("error", "token-unreadable", { error: String(error) }),
      );
    }),
  );
  child.stderr?.setEncoding("utf8").on(
    "data",
    createLines((line) => {
      lastWords = [...lastWords, line].slice(-lastLines);
      log.write("warn", "service-says", { line });
    }),
  );
  return {
    kill: () => {
      if (!isOver) child.kill("SIGKILL");
    },
    stop: () =>
      new Promise((resolve) => {
        if (isOver) return resolve();
        const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
        over.push(() => {
          clearTimeout(timer);
          resolve();
        });
        child.kill("SIGTERM");
      }),
  };
}
