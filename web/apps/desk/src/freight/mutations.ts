// From a form to the writes of POST /sync/enqueue. Pure: time and ids are arguments.

import type { Capabilities, Mutation, Op, Values } from "@slipway/client";
import { changedFields } from "./diff";
import { type InvoiceLine, lineValues } from "./entities";

/** The daemon's own name for a write, else VERB_ENTITY: CREATE_INVOICE_LINE. */
export function actionFor(
  entityType: string,
  op: Op,
  capabilities: Pick<Capabilities, "actions"> | null,
): string {
  const plain = `${op}_${entityType.replace(/([a-z])([A-Z])/g, "$1_$2")}`.toUpperCase();
  const known = (capabilities?.actions ?? []).filter(
    (action) => action.entityType === entityType && action.op === op,
  );
  return (known.find((action) => action.action === plain) ?? known[0])?.action ?? plain;
}

/** Tables with updatedAt want a value at birth; later writes carry only what the user changed. */
export function createMutation(
  entityType: string,
  entityId: string,
  values: Values,
  action: string,
  now: string | null,
): Mutation {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  const payload: Values = { id: entityId, ...Object.fromEntries(given) };
  if (now !== null) Object.assign(payload, { createdAt: now, updatedAt: now });
  return { entityType, entityId, action, payload };
}

export function updateMutation(
  entityType: string,
  entityId: string,
  base: Values,
  draft: Values,
  action: string,
): Mutation | null {
  const payload = changedFields(base, draft);
  if (Object.keys(payload).length === 0) return null;
  return { entityType, entityId, action, payload };
}

/** The writes that turn the stored lines into those of the form. */
export function lineMutations(
  invoiceId: string,
  stored: InvoiceLine[],
  edited: InvoiceLine[],
  action: (op: Op) => string,
): Mutation[] {
  const before = new Map(stored.map((line) => [line.id, line]));
  const kept = new Set(edited.map((line) => line.id));
  const entityType = "InvoiceLine";
  const gone = stored
    .filter((line) => !kept.has(line.id))
    .map((line) => ({ entityType, entityId: line.id, action: action("delete"), payload: {} }));
  const written = edited.map((line) => {
    const old = before.get(line.id);
    if (old !== undefined) {
      const [base, draft] = [lineValues(old), lineValues(line)];
      return updateMutation(entityType, line.id, base, draft, action("update"));
    }
    const values = { invoiceId, ...lineValues(line) };
    return createMutation(entityType, line.id, values, action("create"), null);
  });
  return [...gone, ...written.filter((mutation) => mutation !== null)];
}
