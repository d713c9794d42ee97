// The live stream of the daemon, read with fetch (EventSource cannot send the bearer token).
// Reconnects for ever with a jittered wait, except where the token is refused.

import { problemFrom, SyncProblem, unreachableProblem } from "./problem.js";
import { createSseParser, type ServerSentEvent } from "./sse.js";
import type { SyncEvent } from "./types.js";
import { wait } from "./wait.js";

const waitFirstMs = 500;
const waitMaxMs = 5000; // it runs on this machine: asking is cheap
const silenceMaxMs = 35_000; // the daemon sends a heartbeat every 15 s

export type LinkState =
  | { state: "connecting" }
  | { state: "open" }
  | { state: "lost"; problem: SyncProblem; retryInMs: number | null };

export interface EventsOptions {
  signal?: AbortSignal;
  /** Told about the stream itself: open, lost, trying again. */
  onLink?: (link: LinkState) => void;
  random?: () => number;
}

export interface EventsSource {
  url: () => string;
  headers: () => Record<string, string>;
  fetch: typeof fetch;
}

/** Full jitter: anywhere between zero and the doubled wait, never above the limit. */
export function reconnectWaitMs(failures: number, random: () => number): number {
  const ceiling = Math.min(waitMaxMs, waitFirstMs * 2 ** Math.min(failures, 10));
  return Math.round(random() * ceiling);
}

/** Runs until the signal aborts or the token is refused. Returns a function that ends it. */
export function readEvents(
  source: EventsSource,
  handler: (event: SyncEvent) => void,
  options: EventsOptions = {},
): () => void {
  const own = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, own.signal]) : own.signal;
  void run(source, handler, options, signal);
  return () => own.abort();
}

async function run(
  source: EventsSource,
  handler: (event: SyncEvent) => void,
  options: EventsOptions,
  signal: AbortSignal,
): Promise<void> {
  const random = options.random ?? Math.random;
  let lastId = "";
  let failures = 0;
  while (!signal.aborted) {
    options.onLink?.({ state: "connecting" });
    const problem = await readOnce(source, lastId, signal, {
      onOpen: () => {
        failures = 0;
        options.onLink?.({ state: "open" });
      },
      onEvent: (raw) => {
        lastId = raw.id || lastId;
        const event = toSyncEvent(raw);
        if (event !== null) handler(event);
      },
    });
    if (signal.aborted) return;
    const final = problem.status === 401 || problem.status === 403;
    const retryInMs = final ? null : reconnectWaitMs(failures++, random);
    options.onLink?.({ state: "lost", problem, retryInMs });
    if (retryInMs === null) return;
    await wait(retryInMs, signal);
  }
}

interface ReadCallbacks {
  onOpen: () => void;
  onEvent: (event: ServerSentEvent) => void;
}

/** One connection, from request to end. Always ends in a reason. */
async function readOnce(
  source: EventsSource,
  lastId: string,
  signal: AbortSignal,
  callbacks: ReadCallbacks,
): Promise<SyncProblem> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMaxMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMaxMs);
  };
  try {
    const response = await source.fetch(source.url(), {
      headers: {
        ...source.headers(),
        accept: "text/event-stream",
        ...(lastId === "" ? {} : { "last-event-id": lastId }),
      },
      cache: "no-store",
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) return await problemFrom(response);
    callbacks.onOpen();
    const parser = createSseParser(callbacks.onEvent);
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      heard();
      if (done) return unreachableProblem(null);
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch (cause) {
    return unreachableProblem(cause);
  } finally {
    clearTimeout(timer);
  }
}

const known = ["status", "queue", "data", "actions"] as const satisfies SyncEvent["type"][];

function isKnown(event: string): event is SyncEvent["type"] {
  return known.some((type) => type === event);
}

/** Unknown or garbled events are skipped: a newer daemon may speak of more. */
export function toSyncEvent(raw: ServerSentEvent): SyncEvent | null {
  if (!isKnown(raw.event)) return null;
  let value: unknown;
  try {
    value = JSON.parse(raw.data);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  if (raw.event === "status") return { type: "status", status: value } as SyncEvent;
  return { ...value, type: raw.event } as SyncEvent;
}
