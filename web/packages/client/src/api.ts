// Made by scripts/generate-api.mjs from protocol/local_api.openapi.json. Do not edit it: change the
// document, then run `npm --prefix web run generate`.
import type { Json } from "./json.js";

export interface paths {
  "/sync/enqueue": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Write: apply to the app's table and queue for the cloud, in one transaction */
    post: operations["enqueue"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Entries, newest first */
    get: operations["listQueue"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One entry with its attempts, conflict and the cloud's state now */
    get: operations["showEntry"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}/discard": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Discard an open entry and roll its row back
     * @description Takes along its group. What cannot live without a discarded create (later entries of its row, and what depends on it, unless the cloud has the row) goes along when withDependants says so; else 409 has-dependants names it. A dry run shows all of it. An entry that has been sent becomes DISCARDING until the cloud has answered its void.
     */
    post: operations["discardEntry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try again: the same wish, judged again on what was seen
     * @description A new entry takes the place of a parked one, and of its group's. What the cloud changed to something else stays in conflict, unless its rule merges or the cloud has returned to a known value; the rest stands on what was seen. Of a waiting entry the wait is cleared.
     */
    post: operations["retryEntry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}/resolve": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resolve field by field
     * @description A new entry takes the parked one's place; its group mates are retried. Only what the entry wrote can be resolved. Fields that are not named keep the written value; one that was changed on both sides must be named (422 undecided-field). The cloud's values for all fields: the entry is discarded.
     */
    post: operations["resolveEntry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}/force": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Keep mine: send a conflict again on the cloud's state that was seen
     * @description New entries take the places of the parked one and of its group's, each on what its own conflict shows. If the cloud has moved on since, that is a fresh conflict. A row that was deleted is made again from its last values. What refers to a missing row, or deletes one that others refer to, cannot be forced: 409 cannot-be-forced says what to do.
     */
    post: operations["forceEntry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}/undo": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Undo what took effect, what was discarded, or a decision
     * @description Of a synced entry (or group): its inverse as a new write, which becomes a conflict if others changed the values since; a create is undone by a delete, a delete by a create with the values of then. Of a discarded one: it is written again. Of a retry, force or resolution that was never sent: the question comes back. Own later writes of the same fields must be undone first (409 written-since).
     */
    post: operations["undoEntry"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/queue/{id}/outcome": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Say what became of an entry whose outcome nobody else can know
     * @description For an entry that was sent to a target without receipts, and then discarded: ERROR, outcome-unknown. It happened: the entry is settled, its row keeps the values. It did not: the entry is discarded, its row rolled back.
     */
    post: operations["sayOutcome"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/lost": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What a restored cloud no longer has
     * @description Rows as this database knew them from a past of the cloud that is gone, written by other devices. A row that shows its old values again leaves the list by itself; nothing is offered to the cloud by itself.
     */
    get: operations["listLost"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/lost/{id}/dismiss": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Seen: take it off the list
     * @description Nothing else changes.
     */
    post: operations["dismissLost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/lost/{id}/restore": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Write it again
     * @description An ordinary write makes the row what it was: a create, an update of the fields that differ, or a delete.
     */
    post: operations["restoreLost"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/join-cloud": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The other cloud takes the known one's place
     * @description For a cloud that was set up anew. Everything that was written on this database is offered to it under its old ids; rows that others wrote and that it lacks are listed in /sync/lost.
     */
    post: operations["joinCloud"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every send, newest first */
    get: operations["listAttempts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/status": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How syncing stands */
    get: operations["status"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What changes, as it changes */
    get: operations["events"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/capabilities": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What this database can do: types, actions, what does not sync and why */
    get: operations["capabilities"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/now": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sync now: every wait of the connection is cleared */
    post: operations["syncNow"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/pause": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stop syncing; kept over a restart */
    post: operations["pause"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/resume": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sync again */
    post: operations["resume"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/connectivity": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Simulate offline, or hint at the network */
    post: operations["connectivity"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/sync/settings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The settings in force */
    get: operations["settings"];
    /** Change some settings */
    put: operations["changeSettings"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/data/{entityType}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Rows as they are shown here, with their sync state */
    get: operations["listRows"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/data/{entityType}/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One row */
    get: operations["showRow"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the service answers */
    get: operations["health"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/openapi.json": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This document */
    get: operations["openapi"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The desk, where the service was started with one */
    get: operations["desk"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description RFC 9457. Every answer from 400 on is one. */
    Problem: {
      /**
       * Format: uri
       * @description Stable; programs decide on it. https://slipway.dev/problems/ and a slug: invalid-json, unknown-field, wrong-type, row-not-found, already-exists, being-discarded, outside-scope, needs-cloud, would-wait, group-too-large, database-locked, disk-full and so on.
       */
      type: string;
      /** @description What happened, and to what. */
      title: string;
      /** @description The HTTP status. */
      status: number;
      /** @description What was kept, and what to do now. */
      detail?: string;
      /** @description The part of the request that is to blame: payload.status, mutations[2].entityId, limit. */
      field?: string;
      /** @description Queue entries that stand in the way: has-dependants, needs-later, already-resolved, written-since and so on. */
      entries?: number[];
    };
    /** @description A commit of the cloud's log, compared as a whole. */
    Version: {
      seq: number;
      salt: string;
    };
    /** @description Fields by name. null, text, true and false, integers within 2^53 - 1 and finite numbers are themselves; integers beyond are text; bytes are {"$blob": base64}; text that is no UTF-8 is {"$text": base64}; infinities are {"$real": "Infinity"}; a JSON column holds its value, or {"$json": text}. */
    Values: Record<string, Json>;
    /**
     * @description PENDING, PROCESSING: waits, is being sent. CONFLICT, ERROR: parked, needs a person. DISCARDING: discarded after a send, the cloud has not answered. SUCCESS: settled by a receipt. DISCARDED: closed.
     * @enum {string}
     */
    Status:
      "PENDING" | "PROCESSING" | "CONFLICT" | "ERROR" | "DISCARDING" | "SUCCESS" | "DISCARDED";
    /** @enum {string} */
    Op: "create" | "update" | "delete";
    /** @description create: all fields; defaults are filled in from the database. update: only the changed fields. delete: {}. */
    Mutation: {
      /** @description The table's name. */
      entityType: string;
      /** @description The primary key as text; of a composite key a JSON array as text. A text that begins with {"$ is read as the notation of a value, as in Values: give such a key as {"$text": base64}. May be left out of a create: then the payload holds the key, or a key of one text or integer field is made (a random number below zero). */
      entityId?: string | number | null;
      /** @description CREATE_SHIPMENT, UPDATE_SHIPMENT, DELETE_SHIPMENT, or one of the configuration's. */
      action: string;
      payload: components["schemas"]["Values"];
    };
    /** @description Written, sent and judged all or nothing. */
    MutationGroup: {
      mutations: components["schemas"]["Mutation"][];
    };
    /** @description Independent of each other; one local transaction, each its own answer. */
    MutationBatch: {
      batch: components["schemas"]["Mutation"][];
    };
    CompactEntry: {
      /** @description SyncQueue.id */
      id: number;
      /**
       * Format: uuid
       * @description UUIDv5 over the canonical body.
       */
      clientRequestId: string;
      entityType: string;
      entityId: string;
      action: string;
      op: components["schemas"]["Op"];
      status: components["schemas"]["Status"];
      /** @description Entries with the same are judged all or nothing. */
      groupId: string | null;
    };
    Accepted: {
      /** @description SyncQueue.id */
      id: number;
      /**
       * Format: uuid
       * @description UUIDv5 over the canonical body.
       */
      clientRequestId: string;
      entityType: string;
      entityId: string;
      action: string;
      op: components["schemas"]["Op"];
      status: components["schemas"]["Status"];
      /** @description Entries with the same are judged all or nothing. */
      groupId: string | null;
      /** @description Only where one mutation became several entries: a delete that takes children along. */
      entries?: components["schemas"]["CompactEntry"][];
    };
    AcceptedGroup: {
      /** @description null for a group of one. */
      groupId: string | null;
      entries: components["schemas"]["CompactEntry"][];
    };
    AcceptedBatch: {
      /** @description In the order of the batch. */
      results: (
        | {
            entry: components["schemas"]["CompactEntry"];
          }
        | {
            problem: components["schemas"]["Problem"];
          }
      )[];
    };
    /** @description Why an open entry waits and what will move it. */
    Why: {
      /** @enum {string} */
      code:
        | "ready"
        | "sending"
        | "offline"
        | "paused"
        | "signed-out"
        | "standby"
        | "upgrade-needed"
        | "history-changed"
        | "other-cloud"
        | "backoff"
        | "behind"
        | "conflict"
        | "error"
        | "discarding";
      /** @description For people. */
      text: string;
      /** @description The entry that must be settled first. Of a group's mate in conflict: the culprit. */
      behind: number | null;
      /** @description The entry at the root of the wait that needs a person: this one is held beneath it. */
      root: number | null;
      /** @description Until the next try, where one is set. */
      nextAttemptInMs: number | null;
    };
    /**
     * @description Of a field that two changed at the same time. manual: a conflict. server: the cloud's value stays. client: the last to arrive wins. sum: the differences add up. max, min: the larger, the smaller number stays. union: of JSON arrays, with what was added and without what was removed.
     * @enum {string}
     */
    Rule: "manual" | "server" | "client" | "sum" | "max" | "min" | "union";
    /** @description What a merged entry met: fields that somebody else had changed, and what their rules made of them. Nothing that was overwritten is lost. */
    Merge: {
      /** @description By name. */
      fields: {
        [key: string]: {
          rule: components["schemas"]["Rule"];
          /** @description As the writer saw it before writing. */
          base: unknown;
          /** @description As written; null of a delete. */
          local: unknown;
          /** @description As the cloud had it. */
          server: unknown;
          /** @description As it is now; null where the row is gone. */
          value: unknown;
        };
      };
      /** @description Of the row that holds the server's values. */
      version: components["schemas"]["Version"] | null;
      /** @description The device that wrote the latest of the server's values. */
      who: string | null;
      /**
       * Format: date-time
       * @description By the cloud's clock.
       */
      when: string | null;
    };
    /** @description Written once, when the entry is parked. */
    Conflict: {
      /**
       * @description superseded-applied: an earlier entry of its chain, which said something else, had taken effect although no answer came. schema-changed: of an entry in status ERROR that was never sent, since the app has migrated and its tables no longer take what it says; fields names what is to blame.
       * @enum {string}
       */
      reason:
        | "changed"
        | "deleted"
        | "already-exists"
        | "re-created"
        | "reference-missing"
        | "has-children"
        | "superseded-applied"
        | "group"
        | "schema-changed";
      /** @description The fields that stand against each other. */
      fields?: string[];
      /** @description The touched fields as the user saw them before writing. */
      base?: components["schemas"]["Values"];
      /** @description As written here. */
      local?: components["schemas"]["Values"];
      /** @description As the cloud has them; null where the row is gone. */
      server?: components["schemas"]["Values"] | null;
      /** @description Of the cloud's row. */
      version?: components["schemas"]["Version"] | null;
      /** @description The device that wrote what stands against it. */
      who?: string | null;
      /**
       * Format: date-time
       * @description By the cloud's clock.
       */
      when?: string | null;
      /** @description Of a deleted row. */
      lastValues?: components["schemas"]["Values"];
      /** @description The other row that stands in the way. Not there where the device may not know of it (has-children: a row outside of its scope); then who and when are null. */
      because?: {
        entityType: string;
        entityId: string;
      };
      /** @description clientRequestId of the group mate that could not be written. */
      culprit?: string;
    };
    /** @description The cloud's judgement, final. */
    Receipt: {
      /** @description clientRequestId */
      id: string;
      /**
       * @description expired: judged so long ago that the cloud no longer knows how.
       * @enum {string}
       */
      verdict: "applied" | "merged" | "conflict" | "rejected" | "voided" | "expired";
      /** @description The commit that holds it. */
      seq: number;
      /** @description Of the commit. */
      salt?: string;
      incarnation?: string;
      number?: number;
      /** @description Of a conflict or a rejection: the stable word. */
      reason?: string;
      /** @description For people. */
      message?: string;
      conflict?: components["schemas"]["Conflict"];
      merge?: components["schemas"]["Merge"];
      /** @description Values that the entry left to the other side, by field: the number that the cloud gave the new row, the id that a target gave it. */
      assigned?: components["schemas"]["Values"];
    };
    Entry: {
      /** @description SyncQueue.id */
      id: number;
      /**
       * Format: uuid
       * @description UUIDv5 over the canonical body.
       */
      clientRequestId: string;
      entityType: string;
      entityId: string;
      action: string;
      op: components["schemas"]["Op"];
      status: components["schemas"]["Status"];
      /** @description Entries with the same are judged all or nothing. */
      groupId: string | null;
      payload: components["schemas"]["Values"];
      /** @description The touched fields as the user saw them; of a delete the whole row. */
      base: components["schemas"]["Values"];
      /** @description *: the version of the row that the writer saw (null: the cloud had never told of it). A field: where it differs. */
      baseVersions: {
        [key: string]: components["schemas"]["Version"] | null;
      };
      /** @description What went wrong, for people. */
      errorMessage: string | null;
      /** @description Sends so far, for display. */
      attempts: number;
      /**
       * Format: date-time
       * @description When it was written, by this device's clock.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Of its status.
       */
      updatedAt: string;
      /** @description The device's identity for numbering entries. */
      incarnation: string;
      number: number;
      /** @description Root ids of entries in other lanes that must be applied before. */
      dependsOn: string[];
      groupSize: number;
      lanePosition: number;
      /** @description clientRequestId of the entry whose place this one takes. */
      supersedes: string | null;
      /** @description clientRequestId of the first entry of a chain of superseding ones. */
      rootId: string;
      /**
       * Format: date-time
       * @description The last send; null: never sent.
       */
      sentAt: string | null;
      /**
       * Format: date-time
       * @description For display only.
       */
      nextAttemptAt: string | null;
      receipt: components["schemas"]["Receipt"] | null;
      /** @description The receipt's commit. */
      receiptSeq: number | null;
      conflict: components["schemas"]["Conflict"] | null;
      /** @description Fields of a row that is made again which come from its last values, not from the user. */
      carried: string[];
      /** @description The entry that made its group fail, where it was another. */
      culprit: number | null;
      /** @description How many entries are held beneath it, until it is decided. */
      holds: number;
      /**
       * @description owed: the cloud must still hear that this entry shall never take effect.
       * @enum {unknown}
       */
      voidState: "owed" | "done" | null;
      /** @description null: closed. */
      why: components["schemas"]["Why"] | null;
    };
    /** @description One send of one entry; never changed. */
    Attempt: {
      id: number;
      entryId: number;
      /** @description One request to the cloud. Empty: the process ended before an answer came. */
      exchangeId: string;
      /** @enum {string} */
      kind: "write" | "void";
      /** @description A verdict (applied, conflict, blocked ...) or what failed (unreachable, busy, invalid ...). */
      outcome: string;
      /** @description What the other side said. */
      detail: string | null;
      /**
       * Format: date-time
       * @description By this device's clock.
       */
      sentAt: string;
      /**
       * Format: date-time
       * @description By this device's clock.
       */
      endedAt: string;
    };
    EntryDetail: {
      /** @description SyncQueue.id */
      id: number;
      /**
       * Format: uuid
       * @description UUIDv5 over the canonical body.
       */
      clientRequestId: string;
      entityType: string;
      entityId: string;
      action: string;
      op: components["schemas"]["Op"];
      status: components["schemas"]["Status"];
      /** @description Entries with the same are judged all or nothing. */
      groupId: string | null;
      payload: components["schemas"]["Values"];
      /** @description The touched fields as the user saw them; of a delete the whole row. */
      base: components["schemas"]["Values"];
      /** @description *: the version of the row that the writer saw (null: the cloud had never told of it). A field: where it differs. */
      baseVersions: {
        [key: string]: components["schemas"]["Version"] | null;
      };
      /** @description What went wrong, for people. */
      errorMessage: string | null;
      /** @description Sends so far, for display. */
      attempts: number;
      /**
       * Format: date-time
       * @description When it was written, by this device's clock.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Of its status.
       */
      updatedAt: string;
      /** @description The device's identity for numbering entries. */
      incarnation: string;
      number: number;
      /** @description Root ids of entries in other lanes that must be applied before. */
      dependsOn: string[];
      groupSize: number;
      lanePosition: number;
      /** @description clientRequestId of the entry whose place this one takes. */
      supersedes: string | null;
      /** @description clientRequestId of the first entry of a chain of superseding ones. */
      rootId: string;
      /**
       * Format: date-time
       * @description The last send; null: never sent.
       */
      sentAt: string | null;
      /**
       * Format: date-time
       * @description For display only.
       */
      nextAttemptAt: string | null;
      receipt: components["schemas"]["Receipt"] | null;
      /** @description The receipt's commit. */
      receiptSeq: number | null;
      conflict: components["schemas"]["Conflict"] | null;
      /** @description Fields of a row that is made again which come from its last values, not from the user. */
      carried: string[];
      /** @description The entry that made its group fail, where it was another. */
      culprit: number | null;
      /** @description How many entries are held beneath it, until it is decided. */
      holds: number;
      /**
       * @description owed: the cloud must still hear that this entry shall never take effect.
       * @enum {unknown}
       */
      voidState: "owed" | "done" | null;
      /** @description null: closed. */
      why: components["schemas"]["Why"] | null;
      attemptLog: components["schemas"]["Attempt"][];
      current: {
        version: components["schemas"]["Version"];
        deleted: boolean;
        /** @description The row lies outside of what this device holds: these are the values that were last known. It is shown until its entries are settled or discarded. */
        left?: boolean;
        values: components["schemas"]["Values"] | null;
      } | null;
    };
    QueuePage: {
      /** @description Newest first. */
      entries: components["schemas"]["Entry"][];
      /** @description Give it as after for the next page; null: this is the last. */
      next: number | null;
      total: number;
    };
    RowAfter: {
      entityType: string;
      entityId: string;
      /** @description As it is shown afterwards; null: gone. */
      values: components["schemas"]["Values"] | null;
    };
    /** @description An entry that a decision appended, or would append. */
    AppendedEntry: {
      /** @description SyncQueue.id */
      id: number;
      /**
       * Format: uuid
       * @description UUIDv5 over the canonical body.
       */
      clientRequestId: string;
      entityType: string;
      entityId: string;
      action: string;
      op: components["schemas"]["Op"];
      status: components["schemas"]["Status"];
      /** @description Entries with the same are judged all or nothing. */
      groupId: string | null;
      payload: components["schemas"]["Values"];
      base: components["schemas"]["Values"];
      /** @description *: the version of the row that the writer saw (null: the cloud had never told of it). A field: where it differs. */
      baseVersions: {
        [key: string]: components["schemas"]["Version"] | null;
      };
      /** @description clientRequestId of the entry whose place this one takes. */
      supersedes: string | null;
      /** @description Fields of a row that is made again which come from its last values, not from the user. */
      carried: string[];
    };
    DecisionAnswer: {
      dryRun: boolean;
      /** @description Those that matter next: the appended ones; of a retry that only cleared a wait, the waiting one; else the closed ones. */
      entries: components["schemas"]["CompactEntry"][];
      /** @description As they are afterwards. Of a discard: the entry, its group, and its dependants. */
      closed: components["schemas"]["CompactEntry"][];
      appended: components["schemas"]["AppendedEntry"][];
      /** @description Of the closed, those that only go along. A discard needs withDependants where there are some. */
      dependants: number[];
      /** @description Of all that are closed or appended. */
      rows: components["schemas"]["RowAfter"][];
    };
    Seen: {
      /** @description The version of the cloud's state that the user decided on, from conflict or current. Absent, null: the conflict's. Any other: 409 moved-on. */
      seen?: components["schemas"]["Version"] | null;
    };
    Discard: {
      /** @description What cannot live without it goes along. */
      withDependants?: boolean;
    };
    Resolve: {
      /** @description Other values, by field. */
      fields?: components["schemas"]["Values"];
      /** @description Fields that take what this entry wrote, what the cloud has, or what was there before. A field stands here or in fields. */
      take?: {
        [key: string]: "local" | "server" | "base";
      };
      /** @description The version of the cloud's state that the user decided on, from conflict or current. Absent, null: the conflict's. Any other: 409 moved-on. */
      seen?: components["schemas"]["Version"] | null;
      /** @description Where the cloud's values are taken for all fields: as of a discard. */
      withDependants?: boolean;
    };
    Outcome: {
      happened: boolean;
      /** @description Of a create that happened, where the target gives ids: the row's id there. Without it the row comes with the next list, under that id; needed where other entries wait for the row (409 id-needed). */
      cloudId?: string | number;
    };
    AuditPage: {
      /** @description Newest first. */
      attempts: components["schemas"]["Attempt"][];
      /** @description Give it as after for the next page; null: this is the last. */
      next: number | null;
    };
    /** @description What the badge shows. Counts are read from the database each time. */
    SyncStatus: {
      /** @enum {string} */
      connection:
        | "online"
        | "offline"
        | "probing"
        | "busy"
        | "signed-out"
        | "paused"
        | "standby"
        | "upgrade-needed"
        | "history-changed"
        | "other-cloud";
      /** @description For people; null when all is well. */
      reason: string | null;
      /** @description The cloud tells of other desks' changes as they happen; else they are asked for at the interval. */
      live: boolean;
      simulateOffline: boolean;
      paused: boolean;
      /** @enum {string} */
      target: "slipway" | "webhook" | "rest";
      /** @description The target's address, for people. */
      cloud: string;
      /** @description This database's own id. */
      device: string;
      /** @description As the cloud's token names it. */
      deviceName: string | null;
      incarnation: string;
      generation: number;
      counts: {
        PENDING: number;
        PROCESSING: number;
        CONFLICT: number;
        ERROR: number;
        DISCARDING: number;
        SUCCESS: number;
        DISCARDED: number;
      };
      /** @description PENDING, PROCESSING and DISCARDING that are not held. */
      waiting: number;
      /** @description PENDING behind a parked entry. */
      held: number;
      /** @description CONFLICT and ERROR. */
      needsYou: number;
      /** @description Rows that a restored cloud no longer has as they were: GET /sync/lost. */
      lost: number;
      otherCloud: components["schemas"]["OtherCloud"] | null;
      /** @description Absorbed up to here. */
      cursor: components["schemas"]["Version"] | null;
      /** @description The newest commit heard of. */
      head: components["schemas"]["Version"] | null;
      /**
       * Format: date-time
       * @description The last absorbed answer.
       */
      lastSyncedAt: string | null;
      /** @description Until the cloud is tried again. */
      nextAttemptInMs: number | null;
      /** @description How far the present drain has come; null: nothing waits. */
      drain: {
        done: number;
        total: number;
      } | null;
      /** @description While the device takes everything from the cloud anew: rows so far. The tables fill as it goes, and nothing is sent until it is through. null: there is none. */
      fullPull: {
        done: number;
        /** @description 0: not known yet */
        total: number;
      } | null;
      /** @description Which rows this device holds; null: all that the cloud has. */
      scope: components["schemas"]["HeldScope"] | null;
    };
    /** @description What the configuration declares, of what the cloud grants. Writes of other rows are refused: outside-scope. */
    HeldScope: {
      /** @description By [scope] in the configuration; null: everything. */
      declared: components["schemas"]["Scope"] | null;
      /** @description By the cloud, as the last full pull told it; null: everything. */
      granted: components["schemas"]["Scope"] | null;
      /** @description What lies in both. */
      held: components["schemas"]["Scope"];
      /** @description What is declared and not granted: types, and conditions as Type.field. */
      withheld: string[];
    };
    /** @description By type; of a type the rows whose fields each have one of the values. A type without fields: all of its rows. A list without values: none. */
    Scope: {
      [key: string]: {
        [key: string]: (string | number | boolean | null)[];
      };
    };
    /** @description Who answered in the place of the cloud that this database was synced with. Nothing is sent there until POST /sync/join-cloud. */
    OtherCloud: {
      cloudId: string;
      tenant: string;
    };
    LostRow: {
      id: number;
      entityType: string;
      entityId: string;
      /** @description In the past that is gone. */
      version: components["schemas"]["Version"];
      /** @description The row had been deleted, and is there again. */
      deleted: boolean;
      /** @description As it was; null where it had been deleted. */
      values: components["schemas"]["Values"] | null;
      /** @description As it is here now; null: no such row. */
      current: components["schemas"]["Values"] | null;
      /** @description Which change of the cloud's past took it. */
      generation: number;
      /** Format: date-time */
      createdAt: string;
    };
    LostPage: {
      lost: components["schemas"]["LostRow"][];
      total: number;
    };
    LostDecided: {
      /** @description The write that makes the row again what it was; null: none was needed. */
      entry: number | null;
    };
    JoinCloud: {
      /** @description As the status names it in otherCloud. */
      cloudId: string;
    };
    Settings: {
      /** @description Between questions for other desks' changes. */
      intervalMs: number;
      /** @description Attempts classed as the entry's own fault before it is parked. */
      attemptsMax: number;
      /** @description First wait of a single entry. */
      backoffBaseMs: number;
      /** @description Longest wait of a single entry. */
      backoffMaxMs: number;
      /** @description Whether the log may hold the fields' values. */
      logPayloads: boolean;
      /** @description The target's address; cannot be changed here. */
      cloud: string;
      /**
       * @description Cannot be changed here.
       * @enum {string}
       */
      target: "slipway" | "webhook" | "rest";
    };
    /** @description Any subset. Kept over a restart. */
    SettingsChange: {
      /** @description Between questions for other desks' changes. */
      intervalMs?: number;
      /** @description Attempts classed as the entry's own fault before it is parked. */
      attemptsMax?: number;
      /** @description First wait of a single entry. */
      backoffBaseMs?: number;
      /** @description Longest wait of a single entry. */
      backoffMaxMs?: number;
      /** @description Whether the log may hold the fields' values. */
      logPayloads?: boolean;
      /** @description Only the value in force. */
      cloud?: string;
      /** @description Only the value in force. */
      target?: string;
    };
    Connectivity: {
      /** @description No exchange while it is true. */
      simulateOffline?: boolean;
      /**
       * @description A hint from the shell, never proof.
       * @enum {string}
       */
      network?: "up" | "down" | "changed";
      /** @description The machine woke up. */
      resumed?: boolean;
    };
    Capabilities: {
      /** @enum {string} */
      target: "slipway" | "webhook" | "rest";
      entityTypes: {
        entityType: string;
        primaryKey: string[];
        fields: {
          name: string;
          /** @enum {string} */
          type:
            | "text"
            | "integer"
            | "real"
            | "boolean"
            | "datetime"
            | "json"
            | "blob"
            | "decimal"
            | "any";
          /** @description A create must name it. */
          required: boolean;
          hasDefault: boolean;
        }[];
        references: {
          fields: string[];
          entityType: string;
          /** @enum {string} */
          onDelete: "RESTRICT" | "CASCADE" | "SET NULL";
        }[];
        /** @description How concurrent changes are settled, of fields without a rule of their own. */
        policy: components["schemas"]["Rule"];
        /**
         * @description row: the fields without a rule of their own are one thing; whoever changed one of them has changed it.
         * @enum {string}
         */
        scope: "field" | "row";
        /** @description Of single fields, by name. A declared policy of sum, max, min or union stands here, for each field that it fits. */
        rules: {
          [key: string]: components["schemas"]["Rule"];
        };
      }[];
      actions: components["schemas"]["Action"][];
      unsynced: {
        table: string;
        /**
         * @description The reason, for programs; an older service does not tell it.
         * @enum {string}
         */
        code?: "configured" | "virtual-table" | "no-primary-key";
        /** @description For people. */
        reason: string;
      }[];
    };
    Row: {
      entityId: string;
      values: components["schemas"]["Values"];
      sync: {
        /**
         * @description local-only: the cloud has never heard of it. quarantined: what is shown is not what the cloud has, because the app's own constraints refuse it.
         * @enum {string}
         */
        state: "synced" | "waiting" | "needs-you" | "local-only" | "quarantined";
        /** @description Open entries of the row, in lane order. */
        entries: number[];
        /** @description Of the cloud's state that this device has absorbed. */
        version: components["schemas"]["Version"] | null;
        /** @description The id that a target gave the row, where it names it otherwise. Both ids name the row here, for ever. */
        cloudId?: string | number | null;
      };
    };
    RowPage: {
      rows: components["schemas"]["Row"][];
      total: number;
    };
    Action: {
      action: string;
      entityType: string;
      op: components["schemas"]["Op"];
      /**
       * @description online: it is taken only while the cloud answers, and never queued. It is refused then (needs-cloud), and where it would wait behind another entry (would-wait).
       * @enum {string|null}
       */
      requires: "online" | null;
      allowed: boolean;
      /** @description It would wait now, because the connection is not online. */
      queues: boolean;
      /** @description Why it is not allowed. */
      reason: string | null;
    };
    /** @description data of the event actions. */
    ActionsEvent: {
      /** @description All of them, as in the capabilities. */
      actions: components["schemas"]["Action"][];
    };
    /** @description data of the event queue. */
    QueueEvent: {
      entries: {
        id: number;
        status: components["schemas"]["Status"];
        entityType: string;
        entityId: string;
      }[];
      /** @description Too many to name: read the queue again. */
      more: boolean;
    };
    /** @description data of the event data. */
    DataEvent: {
      rows: {
        entityType: string;
        entityId: string;
      }[];
      /** @description Too many to name: read the lists again. */
      more: boolean;
    };
    Health: {
      /** @constant */
      status: "ok";
    };
  };
  responses: {
    /** @description The request is not what HTTP or JSON asks for. */
    BadRequest: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description The bearer token is missing or wrong. */
    Unauthorized: {
      headers: {
        "WWW-Authenticate"?: string;
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description There is no such thing. */
    NotFound: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Its state does not allow it. */
    Conflict: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Over a limit: a body of more than 4 MiB, or a group that does not fit into one push. */
    TooLarge: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description The content is wrong; field names the part. Sending it again cannot help. */
    Invalid: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description The database is locked by another program (database-locked), another service works on it (standby), too many connections are open, or an action needs the cloud and the cloud cannot be reached (needs-cloud). Nothing was done; try again. */
    Locked: {
      headers: {
        "Retry-After"?: number;
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description The disk or the database failed. What was accepted before is safe. */
    Storage: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** @description Anything else: 403 foreign-origin, 405 method-not-allowed, 408, 414, 415, 417, 421 foreign-host, 431, 500. */
    Other: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        "application/problem+json": components["schemas"]["Problem"];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  enqueue: {
    parameters: {
      query?: never;
      header?: {
        /** @description A repeat with the same body gives the first answer and writes nothing; with another body 422 key-reused. One that is empty, longer than 255 bytes or there twice is 400 invalid-idempotency-key. */
        "Idempotency-Key"?: string;
        /**
         * @description wait=SECONDS (RFC 7240), at most 60: answer 200 once all entries are settled or parked, else 202.
         * @example wait=10
         */
        Prefer?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | components["schemas"]["Mutation"]
          | components["schemas"]["MutationGroup"]
          | components["schemas"]["MutationBatch"];
      };
    };
    responses: {
      /** @description Accepted, and settled or parked within the time of Prefer: wait. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json":
            | components["schemas"]["Accepted"]
            | components["schemas"]["AcceptedGroup"]
            | components["schemas"]["AcceptedBatch"];
        };
      };
      /** @description Accepted: durable here, will reach the cloud. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json":
            | components["schemas"]["Accepted"]
            | components["schemas"]["AcceptedGroup"]
            | components["schemas"]["AcceptedBatch"];
        };
      };
      /** @description A batch of which some were refused. */
      207: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AcceptedBatch"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      413: components["responses"]["TooLarge"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  listQueue: {
    parameters: {
      query?: {
        /** @description Named sets of statuses; wins over status */
        filter?: "open" | "needs-you" | "waiting" | "recent";
        /** @description 1: only entries that are held behind one that needs a person; 0: none of them */
        held?: "0" | "1";
        /** @description Only entries that are held beneath this one */
        root?: number;
        /** @description Statuses, separated by commas */
        status?: string;
        /** @description Of this type */
        entityType?: string;
        /** @description Of this row */
        entityId?: string;
        /** @description That contain this text */
        text?: string;
        /** @description How many at most */
        limit?: number;
        /** @description Older than this entry: next of the page before */
        after?: number;
        /** @description How many of the newest to leave out: a place in a long list, without the pages before it */
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["QueuePage"];
        };
      };
      401: components["responses"]["Unauthorized"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  showEntry: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The entry */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EntryDetail"];
        };
      };
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  discardEntry: {
    parameters: {
      query?: {
        /** @description 1: only say what would happen; done for real and rolled back, so it cannot differ */
        dryRun?: "0" | "1" | "false" | "true";
        /** @description 1: what cannot live without it goes along */
        withDependants?: "0" | "1" | "false" | "true";
      };
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["Discard"];
      };
    };
    responses: {
      /** @description What happened, or would happen */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DecisionAnswer"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  retryEntry: {
    parameters: {
      query?: {
        /** @description 1: only say what would happen; done for real and rolled back, so it cannot differ */
        dryRun?: "0" | "1" | "false" | "true";
      };
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["Seen"];
      };
    };
    responses: {
      /** @description What happened, or would happen */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DecisionAnswer"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  resolveEntry: {
    parameters: {
      query?: {
        /** @description 1: only say what would happen; done for real and rolled back, so it cannot differ */
        dryRun?: "0" | "1" | "false" | "true";
        /** @description 1: what cannot live without it goes along */
        withDependants?: "0" | "1" | "false" | "true";
      };
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Resolve"];
      };
    };
    responses: {
      /** @description What happened, or would happen */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DecisionAnswer"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  forceEntry: {
    parameters: {
      query?: {
        /** @description 1: only say what would happen; done for real and rolled back, so it cannot differ */
        dryRun?: "0" | "1" | "false" | "true";
      };
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["Seen"];
      };
    };
    responses: {
      /** @description What happened, or would happen */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DecisionAnswer"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  undoEntry: {
    parameters: {
      query?: {
        /** @description 1: only say what would happen; done for real and rolled back, so it cannot differ */
        dryRun?: "0" | "1" | "false" | "true";
      };
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What happened, or would happen */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DecisionAnswer"];
        };
      };
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  sayOutcome: {
    parameters: {
      query?: {
        /** @description 1: only say what would happen; done for real and rolled back, so it cannot differ */
        dryRun?: "0" | "1" | "false" | "true";
      };
      header?: never;
      path: {
        /** @description SyncQueue.id */
        id: number;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Outcome"];
      };
    };
    responses: {
      /** @description What happened, or would happen */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DecisionAnswer"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  listLost: {
    parameters: {
      query?: {
        /** @description At most so many rows. */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Oldest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LostPage"];
        };
      };
      401: components["responses"]["Unauthorized"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  dismissLost: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Of the lost row */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; it is no longer listed */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LostDecided"];
        };
      };
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  restoreLost: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Of the lost row */
        id: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done; it is no longer listed */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LostDecided"];
        };
      };
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      409: components["responses"]["Conflict"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  joinCloud: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["JoinCloud"];
      };
    };
    responses: {
      /** @description Joined */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SyncStatus"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      409: components["responses"]["Conflict"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  listAttempts: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number;
        /** @description Older than this attempt: next of the page before */
        after?: number;
        /** @description Of this entry */
        entryId?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AuditPage"];
        };
      };
      401: components["responses"]["Unauthorized"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  status: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The status */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SyncStatus"];
        };
      };
      401: components["responses"]["Unauthorized"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  events: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Server-sent events, each with an increasing id. status: the whole status, first on every connection and then whenever it may have changed. queue: entries that changed. data: rows that changed. actions: what can be done now, when it has changed. Comments as heartbeats every 15 s. Nothing is replayed: after a reconnect read what you show again. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
      401: components["responses"]["Unauthorized"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  capabilities: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The capabilities */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Capabilities"];
        };
      };
      401: components["responses"]["Unauthorized"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  syncNow: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The status afterwards */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SyncStatus"];
        };
      };
      401: components["responses"]["Unauthorized"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  pause: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The status afterwards */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SyncStatus"];
        };
      };
      401: components["responses"]["Unauthorized"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  resume: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The status afterwards */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SyncStatus"];
        };
      };
      401: components["responses"]["Unauthorized"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  connectivity: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["Connectivity"];
      };
    };
    responses: {
      /** @description The status afterwards */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SyncStatus"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  settings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The settings */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Settings"];
        };
      };
      401: components["responses"]["Unauthorized"];
      default: components["responses"]["Other"];
    };
  };
  changeSettings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SettingsChange"];
      };
    };
    responses: {
      /** @description The settings in force */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Settings"];
        };
      };
      400: components["responses"]["BadRequest"];
      401: components["responses"]["Unauthorized"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  listRows: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number;
        /** @description How many to leave out */
        offset?: number;
        /** @description A field; with - downwards */
        sort?: string;
        /** @description In the text fields */
        search?: string;
        /** @description Any other parameter is FIELD=VALUE: rows that have it */
        fields?: {
          [key: string]: string;
        };
      };
      header?: never;
      path: {
        /** @description The table's name */
        entityType: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["RowPage"];
        };
      };
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      422: components["responses"]["Invalid"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  showRow: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The table's name */
        entityType: string;
        /** @description The primary key as text */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The row */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Row"];
        };
      };
      401: components["responses"]["Unauthorized"];
      404: components["responses"]["NotFound"];
      503: components["responses"]["Locked"];
      507: components["responses"]["Storage"];
      default: components["responses"]["Other"];
    };
  };
  health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Health"];
        };
      };
      default: components["responses"]["Other"];
    };
  };
  openapi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            openapi: string;
            info: Record<string, never>;
            paths: Record<string, never>;
          } & {
            [key: string]: unknown;
          };
        };
      };
      default: components["responses"]["Other"];
    };
  };
  desk: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The web app; its files lie below /assets/ */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/html": string;
        };
      };
      404: components["responses"]["NotFound"];
      default: components["responses"]["Other"];
    };
  };
}
