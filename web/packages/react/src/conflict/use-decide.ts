// A decision about a conflict: carried out after ten seconds, taken back until then.

import type { CallOptions, DecisionAnswer, EntryDetail } from "@slipway/client";
import { useSync } from "../context.js";
import { entityName, rowName } from "../present/presentation.js";
import { useRowValues } from "../present/value.js";

export type Carry = (options: CallOptions) => Promise<DecisionAnswer>;

/** `what`: "Keep mine"; it is named together with the row. */
export function useDecide(entry: EntryDetail): (what: string, carryOut: Carry) => void {
  const { store, present } = useSync();
  const values = useRowValues(entry.entityType, entry.entityId);
  const name = rowName(present, entry.entityType, entry.entityId, values ?? entry.payload);
  const row = `${entityName(present, entry.entityType)} ${name}`;
  return (what, carryOut) =>
    store.decisions.decide({ entryId: entry.id, label: `${row}: ${what}` }, carryOut);
}
