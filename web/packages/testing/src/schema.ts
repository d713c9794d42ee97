// The tables of the daemon in memory, and what it says of their fields.

import type { Capabilities, EntityCapability, FieldType, Json, Op, Values } from "@slipway/client";
import { actionName } from "@slipway/client";

export type Tables = Map<string, Map<string, Values>>;

/** By name, as the service's configuration has them in `[actions.X]`. Without `op` it is one of the three that every type has. */
export type Actions = Readonly<
  Record<string, { entity: string; op?: Op; requires?: "online" } | undefined>
>;

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

const ops = ["create", "update", "delete"] as const;

/** What an action does to a type. */
export function opOf(actions: Actions, action: string, entityType: string): Op {
  const named = ops.find((op) => action === actionName(op, entityType));
  return named ?? actions[action]?.op ?? "update";
}

/** Where the cloud is away, and why; null: it answers. */
export function describeTables(
  tables: Tables,
  actions: Actions,
  away: string | null,
): Capabilities {
  const entityTypes = [...tables].map(([name, rows]) => describe(name, rows));
  const everyType = [...tables.keys()].flatMap((entityType) =>
    ops.map((op) => [actionName(op, entityType), entityType] as const),
  );
  const others = Object.entries(actions)
    .map(([action, declared]) => [action, declared?.entity ?? ""] as const)
    .filter(([action]) => !everyType.some(([name]) => name === action));
  const told = [...everyType, ...others].map(([action, entityType]) => {
    const requires = actions[action]?.requires ?? null;
    const allowed = requires === null || away === null;
    return {
      action,
      entityType,
      op: opOf(actions, action, entityType),
      requires,
      allowed,
      queues: requires === null && away !== null,
      reason: allowed ? null : away,
    };
  });
  return { target: "slipway", entityTypes, actions: told, unsynced: [] };
}
