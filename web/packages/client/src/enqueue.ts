// POST /sync/enqueue, made safe to repeat. A daemon that restarts or a database that is locked for a
// moment must not cost the user a click: the same request goes out again under the same
// Idempotency-Key, so that it takes effect once, whichever answer was lost.

import type { Caller, CallOptions } from "./caller.js";
import { newId } from "./ids.js";
import { needsCloud, SyncProblem, unreachable } from "./problem.js";
import { wait } from "./wait.js";

export interface EnqueueOptions extends CallOptions {
  /** A repeat with the same key gives the first answer instead of a second write. */
  idempotencyKey?: string;
  /** Wait up to this many seconds until the entry is settled or parked. */
  waitSeconds?: number;
}

const repeatWaitsMs = [150, 600, 2000]; // together below what a person takes for a hang
const retryAfterMaxMs = 2000;

/** How long to wait before the same request may be sent again; null: not at all. */
export function repeatWaitMs(problem: SyncProblem, failures: number): number | null {
  if (isTimeout(problem.cause)) return null; // the user has waited long enough
  const own = repeatWaitsMs[failures];
  if (own === undefined) return null;
  if (problem.slug === unreachable) return own;
  if (problem.status !== 503 || problem.slug === needsCloud) return null;
  return Math.max(own, Math.min(problem.retryAfterMs ?? 0, retryAfterMaxMs));
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "TimeoutError";
}

export async function enqueueOnce<T>(
  call: Caller,
  body: unknown,
  options: EnqueueOptions = {},
): Promise<T> {
  const headers = {
    "idempotency-key": options.idempotencyKey ?? newId(),
    ...(options.waitSeconds === undefined ? {} : { prefer: `wait=${options.waitSeconds}` }),
  };
  const extra = {
    waitMs: (options.waitSeconds ?? 0) * 1000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  for (let failures = 0; ; failures++) {
    try {
      return await call<T>("POST", "/sync/enqueue", { body, headers, ...extra });
    } catch (error) {
      const pause = error instanceof SyncProblem ? repeatWaitMs(error, failures) : null;
      if (pause === null) throw error;
      await wait(pause, options.signal);
      options.signal?.throwIfAborted();
    }
  }
}
