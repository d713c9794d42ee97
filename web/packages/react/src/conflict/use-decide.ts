// A decision about a conflict: carried out after ten seconds, taken back until then.

import type { CallOptions, Decision, EntryDetail } from "@slipway/client";
import { useSync } from "../context.js";
import { entityName, rowName } from "../present/presentation.js";
import { useToast } from "../ui/toast.js";
import { useRowValues } from "../present/value.js";

/** Takes a decision back that has not gone out yet, and says so. */
export function useTakeBack(): (entryId: number) => void {
  const { store, texts } = useSync();
  const toast = useToast();
  return (entryId) => {
    store.decisions.takeBack(entryId);
    toast({ text: texts.undo.takenBack });
  };
}

export type Carry = (options: CallOptions) => Promise<Decision>;

/** `what`: "Keep mine"; it is named together with the row. */
export function useDecide(entry: EntryDetail): (what: string, carryOut: Carry) => void {
  const { store, present } = useSync();
  const values = useRowValues(entry.entityType, entry.entityId);
  const name = rowName(present, entry.entityType, entry.entityId, values ?? entry.payload);
  const about = `${entityName(present, entry.entityType)} ${name}`;
  return (what, carryOut) => store.decisions.decide({ entryId: entry.id, what, about }, carryOut);
}
