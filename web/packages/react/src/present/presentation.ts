// How an app's entities, rows, fields and values are called and written. The app gives what it knows
// better; everything else has a fair default. Pure.

import {
  actionName,
  entityOf,
  type Capabilities,
  type FieldType,
  type Json,
  type Op,
  type Values,
} from "@slipway/client";
import type { Texts } from "../texts/en.js";
import { formatDateTime, formatNumber } from "./format.js";

export interface ValueContext {
  entityType: string;
  field: string;
  /** The column's type, where the service has told it. */
  type: FieldType | null;
  /** The values beside it, as far as they are known: the currency of an amount, say. */
  values: Values;
  locale: string;
}

/** Each may be left out, and each may answer undefined for "as usual". */
export interface Presentation {
  /** Shipment → "Shipment". */
  entity?: (entityType: string) => string | undefined;
  /** The name of one row: its number, its title. */
  row?: (entityType: string, entityId: string, values: Values) => string | undefined;
  /** originPort → "From". */
  field?: (field: string, entityType: string) => string | undefined;
  value?: (value: Json, context: ValueContext) => string | undefined;
  /** APPROVE_QUOTE → "approved". Not asked for plain creates, updates and deletes. */
  action?: (action: string, entityType: string) => string | undefined;
  /** Whether a field is worth showing; keys and time stamps usually are not. */
  shows?: (field: string, entityType: string) => boolean | undefined;
  /** Opens the app's own page of a record. */
  open?: (entityType: string, entityId: string) => void;
}

/** originPort → "Origin port", invoice_line → "Invoice line". */
export function words(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function entityName(present: Presentation, entityType: string): string {
  return present.entity?.(entityType) ?? words(entityType);
}

export function fieldName(present: Presentation, field: string, entityType: string): string {
  return present.field?.(field, entityType) ?? words(field.replace(/(?<=.)Id$/, ""));
}

const namingFields = ["number", "name", "title", "label", "reference", "description"];

export function rowName(
  present: Presentation,
  entityType: string,
  entityId: string,
  values: Values | null | undefined,
): string {
  const own = present.row?.(entityType, entityId, values ?? {});
  if (own !== undefined && own !== "") return own;
  for (const field of namingFields) {
    const value = values?.[field];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return entityId.length <= 16 ? entityId : `…${entityId.slice(-8)}`;
}

/** What was done, in a word; of a business action its own name. */
export function actionWords(
  present: Presentation,
  texts: Texts,
  entry: { action: string; op: Op; entityType: string },
): string {
  if (entry.action === actionName(entry.op, entry.entityType)) return texts.entry.op[entry.op];
  return present.action?.(entry.action, entry.entityType) ?? words(entry.action).toLowerCase();
}

const quietFields = new Set(["id", "createdAt", "updatedAt", "created_at", "updated_at"]);

export function showsField(present: Presentation, field: string, entityType: string): boolean {
  return present.shows?.(field, entityType) ?? !quietFields.has(field);
}

export function typeOfField(
  capabilities: Capabilities | null,
  entityType: string,
  field: string,
): FieldType | null {
  const entity = entityOf(capabilities, entityType);
  return entity?.fields.find(({ name }) => name === field)?.type ?? null;
}

/** The type of the row that a field refers to; null: it is no reference of one field. */
export function referenceOf(
  capabilities: Capabilities | null,
  entityType: string,
  field: string,
): string | null {
  const entity = entityOf(capabilities, entityType);
  const found = entity?.references.find(({ fields }) => fields.length === 1 && fields[0] === field);
  return found?.entityType ?? null;
}

export function valueText(
  present: Presentation,
  texts: Texts,
  value: Json | undefined,
  context: ValueContext,
): string {
  const own = present.value?.(value ?? null, context);
  if (own !== undefined) return own;
  if (value === undefined || value === null || value === "") return texts.empty;
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  if (context.type === "boolean") return value === 0 ? texts.no : texts.yes;
  if (typeof value === "number") return formatNumber(value, context.locale);
  if (typeof value === "string") {
    return context.type === "datetime" ? formatDateTime(value, context.locale) : value;
  }
  return wrapped(texts, value) ?? JSON.stringify(value);
}

/** Bytes, and what JSON cannot say by itself, come in an object with one name: {"$blob": …}. */
function wrapped(texts: Texts, value: Json): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { $blob, $integer, $real } = value;
  if (typeof $blob === "string") return texts.bytes(Math.floor(($blob.length * 3) / 4));
  if (typeof $integer === "string") return $integer;
  return typeof $real === "string" ? $real : null;
}
