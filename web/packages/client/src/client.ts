// createSyncClient: the daemon's local API as functions. One client per daemon and token. Besides
// these two it holds only what this page has been shown (seen.ts). Every call may throw SyncProblem,
// and nothing else except what the caller's own signal throws.

import {
  type CallOptions,
  createCaller,
  encode,
  type Target,
  toSearch,
  authorization,
} from "./caller.js";
import { enqueueOnce, type EnqueueOptions } from "./enqueue.js";
import { type EventsOptions, readEvents } from "./events.js";
import {
  type AxiosAdapterFunction,
  type AxiosOptions,
  createAxiosAdapter,
} from "./routing/axios.js";
import { createFetchAdapter, type FetchOptions } from "./routing/fetch.js";
import { createSeenRows, type SeenRows } from "./seen.js";
import type {
  Accepted,
  AcceptedBatch,
  AcceptedGroup,
  AttemptPage,
  AuditQuery,
  Capabilities,
  ConnectivityHints,
  DataQuery,
  Decision,
  EntryDetail,
  LostDecided,
  LostPage,
  Mutation,
  QueuePage,
  QueueQuery,
  Resolution,
  Row,
  RowPage,
  Settings,
  SettingsChange,
  SyncEvent,
  SyncStatus,
  Version,
} from "./types.js";

export interface SyncClientOptions {
  /** The service's address; "" means the page's own origin. A function: it may change. */
  url: string | (() => string);
  token: string | (() => string);
  fetch?: typeof fetch;
  /** A call without an answer fails as unreachable after so long. Default: 20 s. */
  answerMaxMs?: number;
}

const answerMaxMs = 20_000; // the service is on this machine; a lock alone may take it two seconds

export interface DryRun {
  /** Nothing is changed: the answer says what would be. */
  dryRun?: boolean;
}

export interface WithDependants {
  /** What cannot live without it goes along; without this, such a discard is refused. */
  withDependants?: boolean;
}

export interface Seen {
  /** The version of the cloud's state that the user decided on. Default: the conflict's. */
  seen?: Version;
}

/** The daemon's calls, without the adapters. */
export interface SyncCalls {
  /** One write. Resolves when it is safe on this device's disk. */
  enqueue(mutation: Mutation, options?: EnqueueOptions): Promise<Accepted>;
  /** Several writes, all or nothing, here and at the cloud. */
  enqueueGroup(mutations: Mutation[], options?: EnqueueOptions): Promise<AcceptedGroup>;
  /** Several independent writes, each with its own answer, in order. */
  enqueueBatch(batch: Mutation[], options?: EnqueueOptions): Promise<AcceptedBatch>;

  /** Entries, newest first. */
  queue(query?: QueueQuery, options?: CallOptions): Promise<QueuePage>;
  /** Entries that wait for a person's decision because the cloud has something else. */
  conflicts(
    query?: Omit<QueueQuery, "status" | "filter">,
    options?: CallOptions,
  ): Promise<QueuePage>;
  /** One entry with its attempts and what the cloud holds now. */
  entry(id: number, options?: CallOptions): Promise<EntryDetail>;
  /** Every send, newest first. */
  audit(query?: AuditQuery, options?: CallOptions): Promise<AttemptPage>;

  /** Takes an open entry back, and its group. */
  discard(id: number, options?: CallOptions & DryRun & WithDependants): Promise<Decision>;
  /** Tries again: a parked entry anew on what was seen, a waiting one without its wait. */
  retry(id: number, options?: CallOptions & DryRun & Seen): Promise<Decision>;
  /** "Keep mine": the parked change again, on what the cloud shows (or on `seen`). */
  force(id: number, options?: CallOptions & DryRun & Seen): Promise<Decision>;
  /**
   * Field by field. `take` names a side ("local", "server", "base"); `fields` gives values, and a
   * word in it is a value like any other.
   */
  resolve(id: number, resolution: Resolution, options?: CallOptions & DryRun): Promise<Decision>;
  /** Brings back what was before: of a synced entry, of a discarded one, or of a decision. */
  undo(id: number, options?: CallOptions & DryRun): Promise<Decision>;
  /**
   * What a person knows of an entry whose outcome nobody else can know. `cloudId`: the id that the
   * target gave a created row; needed ("id-needed") where other entries wait for that row.
   */
  sayOutcome(
    id: number,
    happened: boolean,
    options?: CallOptions & DryRun & { cloudId?: string | number },
  ): Promise<Decision>;

  status(options?: CallOptions): Promise<SyncStatus>;
  /** Syncs now instead of waiting. Answers at once; the stream tells what became of it. */
  now(options?: CallOptions): Promise<SyncStatus>;
  pause(options?: CallOptions): Promise<SyncStatus>;
  resume(options?: CallOptions): Promise<SyncStatus>;
  /** Hints of the shell about the network, and the switch that simulates its absence. */
  connectivity(hints: ConnectivityHints, options?: CallOptions): Promise<SyncStatus>;
  simulateOffline(on: boolean, options?: CallOptions): Promise<SyncStatus>;
  capabilities(options?: CallOptions): Promise<Capabilities>;
  settings: {
    get(options?: CallOptions): Promise<Settings>;
    put(changes: SettingsChange, options?: CallOptions): Promise<Settings>;
  };

  /** What a restored cloud no longer has, for a person to look at. */
  lost: {
    list(options?: CallOptions & { limit?: number }): Promise<LostPage>;
    dismiss(id: number, options?: CallOptions): Promise<LostDecided>;
    /** Writes the row again as it was. */
    restore(id: number, options?: CallOptions): Promise<LostDecided>;
  };
  /** Another cloud takes the known one's place; `cloud`: its id, as status.otherCloud names it. */
  joinCloud(cloud: string, options?: CallOptions): Promise<SyncStatus>;

  /** The app's rows as they are shown here: the cloud's state with this device's open writes. */
  data: {
    list(entityType: string, query?: DataQuery, options?: CallOptions): Promise<RowPage>;
    get(entityType: string, entityId: string, options?: CallOptions): Promise<Row>;
  };

  /** Live changes until the returned function is called or the signal aborts. */
  events(handler: (event: SyncEvent) => void, options?: EventsOptions): () => void;
}

export interface SyncClient extends SyncCalls {
  /** For `axios.defaults.adapter`: calls in the table are answered here, the others go out. */
  axiosAdapter(options: AxiosOptions): AxiosAdapterFunction;
  /** The same for code that calls fetch: a function to use in its place. */
  fetchAdapter(options: FetchOptions): typeof fetch;
}

export function createSyncClient(options: SyncClientOptions): SyncClient {
  const target: Target = {
    url: () => valueOf(options.url).replace(/\/+$/, ""),
    token: () => valueOf(options.token),
    fetch: options.fetch ?? fetch.bind(globalThis), // bound now: the app may replace it later
    answerMaxMs: options.answerMaxMs ?? answerMaxMs,
  };
  const seen = createSeenRows();
  const read = readCalls(target);
  const sync: SyncCalls = {
    ...writeCalls(target, seen),
    ...queueCalls(target),
    ...stateCalls(target),
    data: noted(read, seen),
  };
  const inner = { sync, seen, readRow: read.get, readRows: read.list };
  return {
    ...sync,
    axiosAdapter: (extra) => createAxiosAdapter(inner, target.fetch, extra),
    fetchAdapter: (extra) => createFetchAdapter(inner, target.fetch, extra),
  };
}

function writeCalls(target: Target, seen: SeenRows) {
  const call = createCaller(target);
  const note = (mutations: Mutation[]) => {
    for (const { entityType, entityId, payload } of mutations) {
      if (entityId !== undefined && entityId !== null) {
        seen.write(entityType, String(entityId), payload);
      }
    }
  };
  return {
    enqueue: async (mutation: Mutation, extra?: EnqueueOptions) => {
      const accepted = await enqueueOnce<Accepted>(call, mutation, extra);
      note([mutation]);
      return accepted;
    },
    enqueueGroup: async (mutations: Mutation[], extra?: EnqueueOptions) => {
      const accepted = await enqueueOnce<AcceptedGroup>(call, { mutations }, extra);
      note(mutations);
      return accepted;
    },
    enqueueBatch: async (batch: Mutation[], extra?: EnqueueOptions) => {
      const accepted = await enqueueOnce<AcceptedBatch>(call, { batch }, extra);
      note(batch.filter((_, index) => "entry" in (accepted.results[index] ?? {})));
      return accepted;
    },
  };
}

function queueCalls(target: Target) {
  const call = createCaller(target);
  const queue = (query: QueueQuery = {}, extra?: CallOptions) =>
    call<QueuePage>("GET", `/sync/queue${toSearch({ ...query })}`, extra);
  return {
    queue,
    conflicts: (query: QueueQuery = {}, extra?: CallOptions) =>
      queue({ ...query, status: ["CONFLICT"] }, extra),
    entry: (id: number, extra?: CallOptions) =>
      call<EntryDetail>("GET", `/sync/queue/${id}`, extra),
    audit: (query: AuditQuery = {}, extra?: CallOptions) =>
      call<AttemptPage>("GET", `/sync/audit${toSearch({ ...query })}`, extra),
    ...decisionCalls(target),
  };
}

type Deciding = CallOptions & DryRun & WithDependants & Seen;

function decisionCalls(target: Target) {
  const call = createCaller(target);
  const decide = (id: number, what: string, body: unknown, options: Deciding = {}) => {
    const { dryRun, signal, keepalive } = options;
    return call<Decision>(
      "POST",
      `/sync/queue/${id}/${what}${dryRun === true ? "?dryRun=1" : ""}`,
      {
        body,
        ...(signal === undefined ? {} : { signal }),
        ...(keepalive === undefined ? {} : { keepalive }),
      },
    );
  };
  return {
    discard: (id: number, options: Deciding = {}) =>
      decide(id, "discard", { withDependants: options.withDependants === true }, options),
    retry: (id: number, options: Deciding = {}) => decide(id, "retry", seenBody(options), options),
    force: (id: number, options: Deciding = {}) => decide(id, "force", seenBody(options), options),
    resolve: (id: number, resolution: Resolution, options?: Deciding) =>
      decide(id, "resolve", resolution, options),
    undo: (id: number, options?: Deciding) => decide(id, "undo", undefined, options),
    sayOutcome: (
      id: number,
      happened: boolean,
      { cloudId, ...options }: Deciding & { cloudId?: string | number } = {},
    ) =>
      decide(id, "outcome", cloudId === undefined ? { happened } : { happened, cloudId }, options),
  };
}

function seenBody({ seen }: Seen): Seen {
  return seen === undefined ? {} : { seen };
}

function stateCalls(target: Target) {
  const call = createCaller(target);
  const status = (path: string) => (extra?: CallOptions) =>
    call<SyncStatus>("POST", `/sync/${path}`, extra);
  const connectivity = (hints: ConnectivityHints, extra?: CallOptions) =>
    call<SyncStatus>("POST", "/sync/connectivity", { ...extra, body: hints });
  return {
    status: (extra?: CallOptions) => call<SyncStatus>("GET", "/sync/status", extra),
    now: status("now"),
    pause: status("pause"),
    resume: status("resume"),
    connectivity,
    simulateOffline: (on: boolean, extra?: CallOptions) =>
      connectivity({ simulateOffline: on }, extra),
    capabilities: (extra?: CallOptions) => call<Capabilities>("GET", "/sync/capabilities", extra),
    settings: {
      get: (extra?: CallOptions) => call<Settings>("GET", "/sync/settings", extra),
      put: (changes: SettingsChange, extra?: CallOptions) =>
        call<Settings>("PUT", "/sync/settings", { ...extra, body: changes }),
    },
    lost: {
      list: ({ limit, ...extra }: CallOptions & { limit?: number } = {}) =>
        call<LostPage>("GET", `/sync/lost${toSearch({ limit })}`, extra),
      dismiss: (id: number, extra?: CallOptions) =>
        call<LostDecided>("POST", `/sync/lost/${id}/dismiss`, extra),
      restore: (id: number, extra?: CallOptions) =>
        call<LostDecided>("POST", `/sync/lost/${id}/restore`, extra),
    },
    joinCloud: (cloud: string, extra?: CallOptions) =>
      call<SyncStatus>("POST", "/sync/join-cloud", { ...extra, body: { cloud } }),
    events: (handler: (event: SyncEvent) => void, extra?: EventsOptions) =>
      readEvents(
        {
          url: () => `${target.url()}/sync/events`,
          headers: () => authorization(target.token()),
          fetch: target.fetch,
        },
        handler,
        extra,
      ),
  };
}

function valueOf(option: string | (() => string)): string {
  return typeof option === "string" ? option : option();
}

type Reads = SyncCalls["data"];

function readCalls(target: Target): Reads {
  const call = createCaller(target);
  return {
    list: (entityType, { where, ...rest } = {}, extra) => {
      const search = toSearch({ ...where, ...rest });
      return call<RowPage>("GET", `/data/${encode(entityType)}${search}`, extra);
    },
    get: (entityType, entityId, extra) =>
      call<Row>("GET", `/data/${encode(entityType)}/${encode(entityId)}`, extra),
  };
}

/** Remembers what the page has been shown. */
function noted(read: Reads, seen: SeenRows): Reads {
  return {
    list: async (entityType, query, extra) => {
      const page = await read.list(entityType, query, extra);
      seen.show(entityType, page.rows);
      return page;
    },
    get: async (entityType, entityId, extra) => {
      const row = await read.get(entityType, entityId, extra);
      seen.show(entityType, [row]);
      return row;
    },
  };
}
