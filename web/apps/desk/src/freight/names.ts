// Names of referenced rows (customers, shipments), each looked up once and kept until it changes.

import { useDataTick, useSettled, useSync } from "@slipway/react";
import { useEffect, useState } from "react";
import { numberOf } from "./entities";

// Names change rarely: known ones are asked for again only when a burst of changes is over.
const renamedAfterMs = 1500;

export type NameOf = (entityId: string) => string | null;

export function useNames(entityType: string, ids: string[]): NameOf {
  const { client } = useSync();
  const tick = useSettled(useDataTick(entityType), renamedAfterMs);
  const [known, setKnown] = useState<Readonly<Record<string, string>>>({});
  const wanted = [...new Set(ids)].filter((id) => id !== "").sort();
  const key = wanted.join(" ");
  useEffect(() => {
    const abort = new AbortController();
    const look = async (id: string): Promise<[string, string] | null> => {
      try {
        const row = await client.data.get(entityType, id, { signal: abort.signal });
        return [id, numberOf(entityType, id, row.values).label];
      } catch {
        return null; // absent or cut off: the list shows a short id instead
      }
    };
    void Promise.all(key.split(" ").filter(Boolean).map(look)).then((found) => {
      if (abort.signal.aborted) return;
      const fresh = Object.fromEntries(found.filter((pair) => pair !== null));
      setKnown((old) => ({ ...old, ...fresh }));
    });
    return () => abort.abort();
  }, [client, entityType, key, tick]);
  return (id) => known[id] ?? null;
}
