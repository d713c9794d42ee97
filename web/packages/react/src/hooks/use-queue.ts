// The queue, live.

import type { Entry, EntryDetail, QueueQuery, SyncProblem } from "@slipway/client";
import { useSnapshot, useSync } from "../context.js";
import { type Loaded, useLoaded } from "./use-loaded.js";

export interface Queue {
  /** Newest first. */
  entries: Entry[];
  total: number;
  loading: boolean;
  problem: SyncProblem | null;
  reload: () => void;
}

/** A page of the queue. For very long ones see SyncPanel, which reads only what it shows. */
export function useQueue(query: QueueQuery = {}): Queue {
  const { client } = useSync();
  const { queueTick } = useSnapshot();
  const { data, ...rest } = useLoaded(
    (signal) => client.queue(query, { signal }),
    [client, JSON.stringify(query)],
    queueTick,
  );
  return { entries: data?.entries ?? [], total: data?.total ?? 0, ...rest };
}

/** Entries that wait for a decision because the cloud has something else. */
export function useConflicts(query: Omit<QueueQuery, "status" | "filter"> = {}): Queue {
  return useQueue({ ...query, status: ["CONFLICT"] });
}

/** One entry with its attempts and what the cloud holds now. */
export function useEntry(id: number): Loaded<EntryDetail> {
  const { client } = useSync();
  const { queueTick, dataTicks } = useSnapshot();
  // The cloud's state of the row comes with the data, not with the queue.
  const tick = queueTick + Object.values(dataTicks).reduce((sum, ticks) => sum + ticks, 0);
  return useLoaded((signal) => client.entry(id, { signal }), [client, id], tick);
}
