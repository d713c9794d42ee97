// The objects that cross the local API, under the names of the glossary. All of them come from the
// OpenAPI document (api.ts); this file only names them and says what the document cannot.

import type { components, operations } from "./api.js";
import type { Json } from "./json.js";

type Schemas = components["schemas"];
type QueryOf<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;

export type Values = Record<string, Json>;
/** A point in the cloud's history; compared as a whole. */
export type Version = Schemas["Version"];
export type Op = Schemas["Op"];
export type EntryStatus = Schemas["Status"];
export type Mutation = Schemas["Mutation"];

export type CompactEntry = Schemas["CompactEntry"];
export type Accepted = Schemas["Accepted"];
export type AcceptedGroup = Schemas["AcceptedGroup"];
export type AcceptedBatch = Schemas["AcceptedBatch"];
export type BatchResult = AcceptedBatch["results"][number];

export type Entry = Schemas["Entry"];
export type EntryDetail = Schemas["EntryDetail"];
export type Attempt = Schemas["Attempt"];
export type AttemptPage = Schemas["AuditPage"];
export type Why = Schemas["Why"];
export type WhyCode = Why["code"];
export type Conflict = Schemas["Conflict"];
export type ConflictReason = Conflict["reason"];
export type QueuePage = Schemas["QueuePage"];
/** What a decision did, or would do. */
export type Decision = Schemas["DecisionAnswer"];
export type RowAfter = Schemas["RowAfter"];
/** A conflict decided field by field. */
export type Resolution = Schemas["Resolve"];

export type SyncStatus = Schemas["SyncStatus"];
export type Connection = SyncStatus["connection"];
/** A row that a restored cloud no longer has as it was. */
export type LostRow = Schemas["LostRow"];
export type LostPage = Schemas["LostPage"];
export type LostDecided = Schemas["LostDecided"];
/** The cloud that answers instead of the known one. */
export type OtherCloud = Schemas["OtherCloud"];
export type Settings = Schemas["Settings"];
export type SettingsChange = Schemas["SettingsChange"];
export type ConnectivityHints = Schemas["Connectivity"];

export type Capabilities = Schemas["Capabilities"];
export type EntityCapability = Capabilities["entityTypes"][number];
/** How concurrent changes of a field are settled. */
export type Rule = Schemas["Rule"];
export type FieldCapability = EntityCapability["fields"][number];
export type FieldType = FieldCapability["type"];
export type ActionCapability = Capabilities["actions"][number];

export type Row = Schemas["Row"];
export type RowState = Row["sync"]["state"];
export type RowPage = Schemas["RowPage"];
export type ProblemBody = Schemas["Problem"];

export type QueueFilter = NonNullable<QueryOf<"listQueue">["filter"]>;
export type QueueQuery = Omit<QueryOf<"listQueue">, "status"> & { status?: EntryStatus[] };
export type AuditQuery = QueryOf<"listAttempts">;
export type DataQuery = Omit<QueryOf<"listRows">, "fields"> & {
  /** Rows whose fields have these values. */
  where?: Record<string, string | number | boolean>;
};

/** What the live stream tells, by the event's name. */
export type SyncEvent =
  | { type: "status"; status: SyncStatus }
  | ({ type: "queue" } & Schemas["QueueEvent"])
  | ({ type: "data" } & Schemas["DataEvent"])
  | ({ type: "actions" } & Schemas["ActionsEvent"]);

export const entryStatuses = [
  "PENDING",
  "PROCESSING",
  "CONFLICT",
  "ERROR",
  "DISCARDING",
  "SUCCESS",
  "DISCARDED",
] as const satisfies readonly EntryStatus[];
