// Writes in the form of POST /sync/enqueue. Pure: time is an argument.

import { sameJson } from "./json.js";
import type { Capabilities, EntityCapability, Mutation, Op, Values } from "./types.js";

/** The daemon's own name for a write: create, InvoiceLine → CREATE_INVOICE_LINE. */
export function actionName(op: Op, entityType: string): string {
  const words = entityType
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z0-9])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_");
  return `${op}_${words}`.toUpperCase();
}

export interface MutationOptions {
  /** The business name of the write, if the configuration knows a better one. */
  action?: string;
}

/** Without an id the daemon makes one, where the key is text. */
export function createMutation(
  entityType: string,
  values: Values,
  options: MutationOptions & { entityId?: string } = {},
): Mutation {
  return {
    entityType,
    ...(options.entityId === undefined ? {} : { entityId: options.entityId }),
    action: options.action ?? actionName("create", entityType),
    payload: values,
  };
}

/** `changes`: the changed fields only. What is named here counts as changed by the user. */
export function updateMutation(
  entityType: string,
  entityId: string,
  changes: Values,
  options: MutationOptions = {},
): Mutation {
  const action = options.action ?? actionName("update", entityType);
  return { entityType, entityId, action, payload: changes };
}

export function deleteMutation(
  entityType: string,
  entityId: string,
  options: MutationOptions = {},
): Mutation {
  const action = options.action ?? actionName("delete", entityType);
  return { entityType, entityId, action, payload: {} };
}

export function entityOf(
  capabilities: Pick<Capabilities, "entityTypes"> | null,
  entityType: string,
): EntityCapability | null {
  return capabilities?.entityTypes.find((entity) => entity.entityType === entityType) ?? null;
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Times as the app's database layer writes them: 2026-11-22T13:25:01.462+00:00. */
export function storedTime(time: Date): string {
  return time.toISOString().replace("Z", "+00:00");
}

const stampedByServers = new Set(["createdAt", "updatedAt", "created_at", "updated_at"]);

/**
 * Values as the table wants them: times in the stored form, and for a new row those of the usual
 * time stamps that the database does not fill by itself.
 */
export function storedValues(
  entity: EntityCapability | null,
  values: Values,
  newRowAt: Date | null,
): Values {
  const stored = { ...values };
  for (const field of entity?.fields ?? []) {
    if (field.type !== "datetime") continue;
    const value = stored[field.name];
    if (typeof value === "string" && isoTime.test(value)) {
      stored[field.name] = storedTime(new Date(value));
    }
    if (newRowAt === null || value !== undefined) continue;
    if (field.required && stampedByServers.has(field.name)) {
      stored[field.name] = storedTime(newRowAt);
    }
  }
  return stored;
}

/** Whether two values of a field mean the same: also one moment in two ways of writing it. */
export function sameValue(a: Values[string], b: Values[string]): boolean {
  if (sameJson(a, b)) return true;
  if (typeof a !== "string" || typeof b !== "string") return false;
  return isoTime.test(a) && isoTime.test(b) && Date.parse(a) === Date.parse(b);
}
