// The tables of the daemon in memory, and what it says of their fields.

import type { Capabilities, EntityCapability, FieldType, Json, Values } from "@slipway/client";
import { actionName } from "@slipway/client";

export type Tables = Map<string, Map<string, Values>>;

/** Rows by their "id". */
export function tableOf(rows: readonly Values[]): Map<string, Values> {
  return new Map(rows.map((row) => [String(row["id"]), { ...row }]));
}

function typeOf(name: string, value: Json | undefined): FieldType {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "real";
  if (typeof value === "object" && value !== null) return "json";
  return /At$|Until$/.test(name) ? "datetime" : "text";
}

/** The fields are those of the table's rows: enough for screens, not a schema. */
function describe(entityType: string, rows: Map<string, Values>): EntityCapability {
  const samples = new Map<string, Json>();
  for (const row of rows.values()) {
    for (const [name, value] of Object.entries(row)) samples.set(name, samples.get(name) ?? value);
  }
  const fields = [...samples].map(([name, value]) => ({
    name,
    type: typeOf(name, value),
    required: name === "id" || name === "updatedAt",
    hasDefault: name === "createdAt",
  }));
  return {
    entityType,
    primaryKey: ["id"],
    fields,
    references: [],
    policy: "manual",
    scope: "field",
    rules: {},
  };
}

export function describeTables(tables: Tables, online: boolean): Capabilities {
  const entityTypes = [...tables].map(([name, rows]) => describe(name, rows));
  const ops = ["create", "update", "delete"] as const;
  const actions = [...tables.keys()].flatMap((entityType) =>
    ops.map((op) => ({
      action: actionName(op, entityType),
      entityType,
      op,
      requires: null,
      allowed: true,
      queues: !online,
      reason: null,
    })),
  );
  return { target: "slipway", entityTypes, actions, unsynced: [] };
}
