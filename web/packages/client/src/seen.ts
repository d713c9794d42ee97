// What this page has been shown of each row, so that a write of a whole object can be told from a
// write of what the user changed: a field that still has a value that was shown was not touched.
// Bounded; a row that was forgotten is compared with what the daemon shows now.

import { sameValue } from "./mutations.js";
import type { Row, Values } from "./types.js";

const rowsMax = 5000; // a few megabytes at most
const generationsMax = 4; // a form stays open while the list behind it is read again

export interface SeenRows {
  show(entityType: string, rows: readonly Row[]): void;
  /** An own write: from now on the user knows these values. */
  write(entityType: string, entityId: string, changes: Values): void;
  /** The shown state that `values` was most likely made from; null: none is remembered. */
  nearest(entityType: string, entityId: string, values: Values): Values | null;
}

export function createSeenRows(): SeenRows {
  const rows = new Map<string, Values[]>(); // oldest use first; of a row the newest state last
  const keyOf = (entityType: string, entityId: string) => `${entityType} ${entityId}`;

  const add = (key: string, values: Values) => {
    const known = rows.get(key) ?? [];
    const newest = known.at(-1);
    rows.delete(key);
    const fresh =
      newest !== undefined && differing(values, newest) === 0 ? known : [...known, values];
    rows.set(key, fresh.slice(-generationsMax));
    const oldest = rows.keys().next();
    if (rows.size > rowsMax && oldest.done !== true) rows.delete(oldest.value);
  };

  return {
    show(entityType, shown) {
      for (const row of shown) add(keyOf(entityType, row.entityId), row.values);
    },
    write(entityType, entityId, changes) {
      const key = keyOf(entityType, entityId);
      const newest = rows.get(key)?.at(-1);
      if (newest !== undefined) add(key, { ...newest, ...changes });
    },
    nearest(entityType, entityId, values) {
      let best: Values | null = null;
      let fewest = Number.POSITIVE_INFINITY;
      for (const known of rows.get(keyOf(entityType, entityId)) ?? []) {
        const count = differing(values, known);
        if (count > fewest) continue; // of two that are equally near, the newer
        [best, fewest] = [known, count];
      }
      return best;
    },
  };
}

function differing(values: Values, known: Values): number {
  return Object.entries(values).filter(([name, value]) => !sameValue(value, known[name] ?? null))
    .length;
}
