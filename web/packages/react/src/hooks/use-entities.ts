// The app's rows, live.

import type { DataQuery, Row, SyncProblem, Values } from "@slipway/client";
import { useSnapshot, useSync } from "../context.js";
import { useLoaded } from "./use-loaded.js";

/** A number that rises when rows of these types may have changed. */
export function useDataTick(...entityTypes: string[]): number {
  const { dataTicks } = useSnapshot();
  return ["*", ...entityTypes].reduce((sum, type) => sum + (dataTicks[type] ?? 0), 0);
}

/** A row whose values have the type that the app knows them by. */
export type EntityRow<T> = Omit<Row, "values"> & { values: T };

export interface Entities<T> {
  rows: EntityRow<T>[];
  /** How many there are, beyond the page. */
  total: number;
  /** Nothing has been read yet; later changes are read quietly. */
  loading: boolean;
  problem: SyncProblem | null;
  reload: () => void;
}

/** Rows of a type as they are shown here, the open writes included; read again when they change. */
export function useEntities<T = Values>(entityType: string, query: DataQuery = {}): Entities<T> {
  const { client } = useSync();
  const tick = useDataTick(entityType);
  const { data, ...rest } = useLoaded(
    (signal) => client.data.list(entityType, query, { signal }),
    [client, entityType, JSON.stringify(query)],
    tick,
  );
  // The daemon checks every row against the table; which table has which type the app knows.
  const rows = (data?.rows ?? []) as EntityRow<T>[];
  return { rows, total: data?.total ?? 0, ...rest };
}

export interface EntityState<T> {
  /** null: not read yet, or missing. */
  row: EntityRow<T> | null;
  missing: boolean;
  loading: boolean;
  problem: SyncProblem | null;
  reload: () => void;
}

/** One row, live. A row that is gone is no problem but `missing`. */
export function useEntity<T = Values>(entityType: string, entityId: string): EntityState<T> {
  const { client } = useSync();
  const { data, problem, loading, reload } = useLoaded(
    (signal) => client.data.get(entityType, entityId, { signal }),
    [client, entityType, entityId],
    useDataTick(entityType),
  );
  const missing = problem?.status === 404;
  return {
    row: missing ? null : (data as EntityRow<T> | null),
    missing,
    loading,
    problem: missing ? null : problem,
    reload,
  };
}
