// What must hold before a form is saved. Pure. The daemon checks columns; these are the desk's own.

import type { Values } from "@slipway/client";
import { type EntityDefinition, type Field, fieldsOf } from "./entities";
import { number, text } from "./format";

export type Fault = "required" | "email" | "country" | "port" | "tooSmall" | "order";

/** Two dates of which the second may not come first. */
const orders: readonly [string, string][] = [
  ["departsAt", "arrivesAt"],
  ["issuedAt", "dueAt"],
];

/** Field by field what is wrong with it, in the form's order. */
export function faultsOf(definition: EntityDefinition, draft: Values): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  for (const field of fieldsOf(definition)) {
    const fault = faultOf(field, draft);
    if (fault !== null) faults.set(field.name, fault);
  }
  return faults;
}

function faultOf(field: Field, draft: Values): Fault | null {
  const written = text(draft[field.name]).trim();
  if (written === "") return field.required === true ? "required" : null;
  const kind = field.field;
  if (kind.kind === "port") return /^[A-Z]{2}[A-Z2-9]{3}$/.test(written) ? null : "port";
  if (kind.kind === "count" && number(draft[field.name]) < (kind.min ?? 0)) return "tooSmall";
  if (kind.kind === "text" && kind.form === "email") {
    return /^[^@\s]+@[^@\s]+$/.test(written) ? null : "email";
  }
  if (kind.kind === "text" && kind.form === "country") {
    return /^[A-Z]{2}$/.test(written) ? null : "country";
  }
  const before = orders.find(([, second]) => second === field.name)?.[0];
  const first = before === undefined ? "" : text(draft[before]);
  return first !== "" && written.slice(0, 10) < first.slice(0, 10) ? "order" : null;
}
