// Every object that crosses the local API, as the daemon writes it. JSON names are exact.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Values = Record<string, Json>;

/** A point in the cloud's history; compared as a whole. */
export interface Version {
  seq: number;
  salt: string;
}

export type Op = "create" | "update" | "delete";

export const entryStatuses = [
  "PENDING",
  "PROCESSING",
  "CONFLICT",
  "ERROR",
  "DISCARDING",
  "SUCCESS",
  "DISCARDED",
] as const;
export type EntryStatus = (typeof entryStatuses)[number];

export interface Mutation {
  entityType: string;
  /** May be left out of a create with a text key: the daemon makes one. */
  entityId?: string;
  action: string;
  /** Update: only the changed fields. Delete: empty. */
  payload: Values;
}

export interface CompactEntry {
  id: number;
  clientRequestId: string;
  entityType: string;
  entityId: string;
  action: string;
  op: Op;
  status: EntryStatus;
  groupId: string | null;
}

export interface GroupAnswer {
  groupId: string;
  entries: CompactEntry[];
}

export type BatchResult = { entry: CompactEntry } | { problem: ProblemBody };

export type WhyCode =
  | "ready"
  | "sending"
  | "offline"
  | "paused"
  | "signed-out"
  | "upgrade-needed"
  | "backoff"
  | "behind"
  | "conflict"
  | "error"
  | "discarding";

export interface Why {
  code: WhyCode;
  text: string;
  behind: number | null;
  nextAttemptInMs: number | null;
}

export type ConflictReason =
  | "changed"
  | "deleted"
  | "already-exists"
  | "re-created"
  | "reference-missing"
  | "has-children"
  | "group";

export interface Conflict {
  reason: ConflictReason;
  fields: string[];
  base: Values;
  local: Values;
  server: Values | null;
  version: Version | null;
  who: string | null;
  when: string | null;
  culprit: string | null;
}

export interface Entry extends CompactEntry {
  payload: Values;
  errorMessage: string | null;
  attempts: number;
  createdAt: string;
  updatedAt: string;
  incarnation: string;
  number: number;
  base: Values;
  baseVersions: Record<string, Version | null>;
  dependsOn: number[];
  groupSize: number | null;
  lanePosition: number;
  supersedes: string | null;
  rootId: number | null;
  sentAt: string | null;
  nextAttemptAt: string | null;
  receipt: Values | null;
  receiptSeq: number | null;
  conflict: Conflict | null;
  voidState: "owed" | "done" | null;
  /** Null once the entry is closed. */
  why: Why | null;
}

export interface Attempt {
  id: number;
  entryId?: number;
  exchangeId: string;
  kind: "write" | "void";
  outcome: string | null;
  detail: string | null;
  sentAt: string;
  endedAt: string | null;
}

export interface EntryDetail extends Entry {
  attemptLog: Attempt[];
  /** What the cloud holds now, as far as this device knows. */
  current: { version: Version | null; deleted: boolean; values: Values | null } | null;
}

export interface QueueQuery {
  filter?: "open" | "needs-you" | "waiting" | "recent";
  status?: EntryStatus[];
  entityType?: string;
  entityId?: string;
  text?: string;
  limit?: number;
  after?: number;
}

export interface QueuePage {
  entries: Entry[];
  next: number | null;
  total: number;
}

export interface DiscardResult {
  dryRun: boolean;
  entries: CompactEntry[];
  /** The rows as they are (or would be) afterwards; values null: the row goes. */
  rows: { entityType: string; entityId: string; values: Values | null }[];
}

export type Connection =
  | "online"
  | "offline"
  | "probing"
  | "busy"
  | "signed-out"
  | "paused"
  | "upgrade-needed"
  | "history-changed";

export interface SyncStatus {
  connection: Connection;
  reason: string | null;
  simulateOffline: boolean;
  paused: boolean;
  target: "slipway" | "webhook";
  cloud: string;
  device: string;
  deviceName: string | null;
  incarnation: string;
  generation: number;
  counts: Record<EntryStatus, number>;
  waiting: number;
  held: number;
  needsYou: number;
  cursor: Version | null;
  head: Version | null;
  lastSyncedAt: string | null;
  nextAttemptInMs: number | null;
  drain: { done: number; total: number } | null;
}

export interface Settings {
  cloud: string;
  target: string;
  intervalMs: number;
  attemptsMax: number;
  backoffBaseMs: number;
  backoffMaxMs: number;
  logPayloads: boolean;
}
export type WritableSettings = Omit<Settings, "cloud" | "target">;

export type FieldType =
  "text" | "integer" | "real" | "boolean" | "datetime" | "json" | "blob" | "decimal";

export interface EntityCapability {
  entityType: string;
  primaryKey: string[];
  fields: { name: string; type: FieldType; required: boolean; hasDefault: boolean }[];
  references: { fields: string[]; entityType: string; onDelete: string }[];
  policy: string;
}

export interface ActionCapability {
  action: string;
  entityType: string;
  op: Op;
  allowed: boolean;
  queues: boolean;
  reason: string | null;
}

export interface Capabilities {
  target: string;
  entityTypes: EntityCapability[];
  actions: ActionCapability[];
  unsynced: { table: string; reason: string }[];
}

export type RowState = "synced" | "waiting" | "needs-you" | "local-only" | "quarantined";

export interface Row {
  entityId: string;
  values: Values;
  sync: { state: RowState; entries: number[]; version: Version | null };
}

export interface DataQuery {
  limit?: number;
  offset?: number;
  /** A field name; with a leading "-" descending. */
  sort?: string;
  search?: string;
  /** Equality per field. */
  where?: Record<string, string | number | boolean>;
}

export interface DataPage {
  rows: Row[];
  total: number;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  field?: string;
}

export type SyncEvent =
  | { type: "status"; status: SyncStatus }
  | {
      type: "queue";
      entries: { id: number; status: EntryStatus; entityType: string; entityId: string }[];
    }
  | { type: "data"; rows: { entityType: string; entityId: string }[]; more: boolean };
