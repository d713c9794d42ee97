// Names and values on the screen. Whatever a user typed stands in a <bdi>, so that its own direction
// does not disturb the sentence around it.

import type { Json, Values } from "@slipway/client";
import { useSyncExternalStore } from "react";
import { useSync, useSnapshot } from "../context.js";
import { useDataTick } from "../hooks/use-entities.js";
import { useSettled } from "../hooks/use-time.js";
import { referenceOf, rowName, typeOfField, valueText } from "./presentation.js";

// Names change rarely: known ones are read again only when a burst of changes is over.
const renamedAfterMs = 1500;

/** undefined: being read; null: there is no such row here. */
export function useRowValues(entityType: string, entityId: string): Values | null | undefined {
  const { rows } = useSync();
  const tick = useSettled(useDataTick(entityType), renamedAfterMs);
  useSyncExternalStore(rows.subscribe, rows.version, rows.version);
  return entityId === "" ? null : rows.of(entityType, entityId, tick);
}

interface RowNameProps {
  entityType: string;
  entityId: string;
  /** Values of the row that are known already: those that an entry writes. */
  known?: Values;
}

export function RowName({ entityType, entityId, known }: RowNameProps) {
  const { present } = useSync();
  const values = useRowValues(entityType, entityId);
  return <bdi>{rowName(present, entityType, entityId, values ?? known)}</bdi>;
}

interface ValueProps {
  entityType: string;
  field: string;
  value: Json | undefined;
  values: Values;
}

export function Value({ entityType, field, value, values }: ValueProps) {
  const { capabilities } = useSnapshot();
  const { present, texts, locale } = useSync();
  const type = typeOfField(capabilities, entityType, field);
  const context = { entityType, field, type, values, locale };
  const own = present.value?.(value ?? null, context);
  if (own !== undefined) return <bdi>{own}</bdi>;
  const refersTo = referenceOf(capabilities, entityType, field);
  if (refersTo !== null && typeof value === "string" && value !== "") {
    return <RowName entityType={refersTo} entityId={value} />;
  }
  return <bdi>{valueText(present, texts, value, context)}</bdi>;
}
