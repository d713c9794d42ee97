// Rows that are named beside other things (an entry's row, the customer of a shipment): each is read
// once, a few at a time, and again when rows of its type have changed and somebody still shows it.

import type { SyncClient, Values } from "@slipway/client";

const readsMax = 4; // at a time: names must never be in the way of what they stand beside
const rowsMax = 2000;

export interface RowValues {
  subscribe: (listener: () => void) => () => void;
  /** Another number whenever a row has been read. */
  version: () => number;
  /** undefined: being read; null: there is no such row here. */
  of: (entityType: string, entityId: string, tick: number) => Values | null | undefined;
}

interface Known {
  values: Values | null | undefined;
  /** The tick for which it was read. */
  tick: number;
}

export function createRowValues(client: SyncClient): RowValues {
  const known = new Map<string, Known>();
  const wanted: { key: string; entityType: string; entityId: string }[] = [];
  const listeners = new Set<() => void>();
  let running = 0;
  let version = 0;

  const read = async ({ key, entityType, entityId }: (typeof wanted)[number]) => {
    const values = await client.data.get(entityType, entityId).then(
      (row) => row.values,
      () => null,
    );
    const entry = known.get(key);
    if (entry !== undefined) entry.values = values;
    running -= 1;
    version += 1;
    for (const listener of listeners) listener();
    next();
  };
  const next = () => {
    while (running < readsMax) {
      const newest = wanted.pop(); // it is what the screen shows now
      if (newest === undefined) return;
      running += 1;
      void read(newest);
    }
  };

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    version: () => version,
    of: (entityType, entityId, tick) => {
      const key = `${entityType} ${entityId}`;
      const found = known.get(key);
      if (found !== undefined && found.tick >= tick) return found.values;
      known.delete(key);
      known.set(key, { values: found?.values, tick });
      const oldest = known.keys().next();
      if (known.size > rowsMax && oldest.done !== true) known.delete(oldest.value);
      wanted.push({ key, entityType, entityId });
      queueMicrotask(next); // not while somebody renders
      return found?.values;
    },
  };
}
