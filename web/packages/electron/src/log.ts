// The main process' log: one JSON object a line, in files that follow each other. Writing never throws:
// a full disk must not end the app.

import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

export type LogLevel = "info" | "warn" | "error";

export interface Log {
  write(level: LogLevel, event: string, details?: Record<string, unknown>): void;
}

export interface LogOptions {
  /** The newest file; older ones are FILE.1, FILE.2 … */
  file: string;
  bytesMax?: number;
  filesMax?: number;
  now?: () => Date;
  /** Told once, when the log cannot be written. */
  onFailure?: (error: unknown) => void;
}

export function createLog(options: LogOptions): Log {
  const { file, bytesMax = 1_000_000, filesMax = 5, now = () => new Date() } = options;
  let bytes = -1; // not looked at yet
  let hasFailed = false;
  const rotate = () => {
    rmSync(`${file}.${filesMax - 1}`, { force: true });
    for (let age = filesMax - 2; age >= 0; age--) {
      const name = age === 0 ? file : `${file}.${age}`;
      try {
        renameSync(name, `${file}.${age + 1}`);
      } catch {
        // there is none of that age yet
      }
    }
    bytes = 0;
  };
  return {
    write(level, event, details = {}) {
      const line = `${JSON.stringify({ time: now().toISOString(), level, event, ...details })}\n`;
      const size = Buffer.byteLength(line);
      try {
        if (bytes < 0) {
          mkdirSync(dirname(file), { recursive: true });
          bytes = sizeOf(file);
        }
        if (bytes > 0 && bytes + size > bytesMax) rotate();
        appendFileSync(file, line, { mode: 0o600 });
        bytes += size;
      } catch (error) {
        if (!hasFailed) options.onFailure?.(error);
        hasFailed = true;
      }
    },
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
