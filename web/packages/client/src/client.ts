// createSyncClient: the daemon's local API as functions. One client per daemon and token; it holds
// no state besides these. Every call may throw SyncProblem, and nothing else except AbortError.

import { type EventsOptions, readEvents } from "./events";
import { problemFrom, unreachableProblem } from "./problem";
import type {
  BatchResult,
  Capabilities,
  CompactEntry,
  DataPage,
  DataQuery,
  DiscardResult,
  EntryDetail,
  GroupAnswer,
  Json,
  Mutation,
  QueuePage,
  QueueQuery,
  Row,
  Settings,
  SyncEvent,
  SyncStatus,
  Version,
  WritableSettings,
} from "./types";

export interface SyncClientOptions {
  /** The daemon's address; "" means the page's own origin. */
  url: string;
  token: string;
  fetch?: typeof fetch;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface EnqueueOptions extends CallOptions {
  /** A repeat with the same key gives the first answer instead of a second write. */
  idempotencyKey?: string;
  /** Wait up to this many seconds until the entry is settled or parked. */
  waitSeconds?: number;
}

export type SyncClient = ReturnType<typeof createSyncClient>;

export function createSyncClient(options: SyncClientOptions) {
  const call = createCaller(options);
  const post = <T>(path: string, body?: unknown, extra?: EnqueueOptions) =>
    call<T>("POST", path, body, extra);

  return {
    /** One write. Resolves when it is safe on this device's disk. */
    enqueue: (mutation: Mutation, extra?: EnqueueOptions) =>
      post<CompactEntry>("/sync/enqueue", mutation, extra),
    /** Several writes, all or nothing, here and at the cloud. */
    enqueueGroup: (mutations: Mutation[], extra?: EnqueueOptions) =>
      post<GroupAnswer>("/sync/enqueue", { mutations }, extra),
    /** Several independent writes, each with its own answer, in order. */
    enqueueBatch: (batch: Mutation[], extra?: EnqueueOptions) =>
      post<{ results: BatchResult[] }>("/sync/enqueue", { batch }, extra),

    queue: (query: QueueQuery = {}, extra?: CallOptions) =>
      call<QueuePage>("GET", `/sync/queue${toSearch({ ...query })}`, undefined, extra),
    entry: (id: number, extra?: CallOptions) =>
      call<EntryDetail>("GET", `/sync/queue/${id}`, undefined, extra),
    /** With dryRun nothing is changed: the answer says what would go. */
    discard: (id: number, extra: CallOptions & { dryRun?: boolean } = {}) =>
      post<DiscardResult>(
        `/sync/queue/${id}/discard${extra.dryRun === true ? "?dryRun=1" : ""}`,
        undefined,
        extra,
      ),
    retry: (id: number, extra?: CallOptions) =>
      post<{ entries: CompactEntry[] }>(`/sync/queue/${id}/retry`, undefined, extra),

    /** "Keep mine": the parked change again, on what the cloud shows (or on `seen`). */
    force: (id: number, extra: CallOptions & { seen?: Version } = {}) =>
      post<{ entries: CompactEntry[] }>(
        `/sync/queue/${id}/force`,
        extra.seen === undefined ? {} : { seen: extra.seen },
        extra,
      ),

    status: (extra?: CallOptions) => call<SyncStatus>("GET", "/sync/status", undefined, extra),
    now: (extra?: CallOptions) => post<SyncStatus>("/sync/now", undefined, extra),
    pause: (extra?: CallOptions) => post<SyncStatus>("/sync/pause", undefined, extra),
    resume: (extra?: CallOptions) => post<SyncStatus>("/sync/resume", undefined, extra),
    simulateOffline: (simulateOffline: boolean, extra?: CallOptions) =>
      post<SyncStatus>("/sync/connectivity", { simulateOffline }, extra),

    settings: {
      get: (extra?: CallOptions) => call<Settings>("GET", "/sync/settings", undefined, extra),
      put: (changes: Partial<WritableSettings>, extra?: CallOptions) =>
        call<Settings>("PUT", "/sync/settings", changes, extra),
    },
    capabilities: (extra?: CallOptions) =>
      call<Capabilities>("GET", "/sync/capabilities", undefined, extra),

    data: {
      list: (entityType: string, query: DataQuery = {}, extra?: CallOptions) => {
        const { where, ...rest } = query;
        const search = toSearch({ ...where, ...rest });
        return call<DataPage>("GET", `/data/${encode(entityType)}${search}`, undefined, extra);
      },
      get: (entityType: string, entityId: string, extra?: CallOptions) =>
        call<Row>("GET", `/data/${encode(entityType)}/${encode(entityId)}`, undefined, extra),
    },

    /** Live changes until the returned function is called or the signal aborts. */
    events: (handler: (event: SyncEvent) => void, extra?: EventsOptions) =>
      readEvents(
        {
          url: `${trimSlash(options.url)}/sync/events`,
          headers: () => authorization(options.token),
          fetch: options.fetch ?? fetch.bind(globalThis),
        },
        handler,
        extra,
      ),
  };
}

function createCaller(options: SyncClientOptions) {
  const base = trimSlash(options.url);
  const send = options.fetch ?? fetch.bind(globalThis);
  return async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    extra: EnqueueOptions = {},
  ): Promise<T> {
    const request: RequestInit = {
      method,
      headers: {
        ...authorization(options.token),
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(extra.idempotencyKey === undefined ? {} : { "idempotency-key": extra.idempotencyKey }),
        ...(extra.waitSeconds === undefined ? {} : { prefer: `wait=${extra.waitSeconds}` }),
      },
      cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(extra.signal === undefined ? {} : { signal: extra.signal }),
    };
    try {
      const response = await send(base + path, request);
      if (!response.ok) throw await problemFrom(response);
      return (await response.json()) as T;
    } catch (error) {
      if (extra.signal?.aborted === true) throw error;
      // fetch refuses with TypeError; a body that is cut off or not JSON is no better an answer.
      if (error instanceof TypeError || error instanceof SyntaxError) {
        throw unreachableProblem(error);
      }
      throw error;
    }
  };
}

function authorization(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

const encode = encodeURIComponent;

function toSearch(query: Record<string, Json | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    search.set(name, String(value)); // a list is joined by commas
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
