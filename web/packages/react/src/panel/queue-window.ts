// The part of a long queue that a list shows: pages are read where they are looked at, kept while they
// are near, and read again when the queue has changed. One question at a time; what is shown stays
// until the new answer is there. Knows nothing of React.

import { asProblem, type Entry, type QueuePage, type SyncProblem } from "@slipway/client";

const pageSize = 50; // some screens full; read and drawn within a frame or two
const pagesKept = 20;

export type LoadPage = (offset: number, limit: number, signal: AbortSignal) => Promise<QueuePage>;

export interface QueueWindow {
  /** null: nothing has been read yet. */
  total: () => number | null;
  problem: () => SyncProblem | null;
  /** undefined: not read yet. */
  entry: (index: number) => Entry | undefined;
  /** The entries that are shown now, by index, both included. */
  look: (first: number, last: number) => void;
  /** The queue has changed since an earlier tick. */
  setTick: (tick: number) => void;
  start: () => void;
  stop: () => void;
}

interface Page {
  entries: readonly Entry[];
  tick: number;
}

export function createQueueWindow(load: LoadPage, changed: () => void): QueueWindow {
  const pages = new Map<number, Page>(); // those that were looked at last stand last
  let total: number | null = null;
  let problem: SyncProblem | null = null;
  let looked = { first: 0, last: 0 };
  let tick = 0;
  let abort: AbortController | null = null;
  let isReading = false;

  const pageToRead = (): number | null => {
    const from = Math.floor(looked.first / pageSize);
    const to = Math.floor(looked.last / pageSize);
    for (let page = from; page <= to; page++) {
      if (pages.get(page)?.tick !== tick) return page;
    }
    return null;
  };
  const keep = (page: number, entries: readonly Entry[], atTick: number) => {
    pages.delete(page);
    pages.set(page, { entries, tick: atTick });
    for (const oldest of pages.keys()) {
      if (pages.size <= pagesKept) break;
      pages.delete(oldest);
    }
  };
  const read = async (page: number, signal: AbortSignal) => {
    const atTick = tick;
    try {
      const answer = await load(page * pageSize, pageSize, signal);
      if (signal.aborted) return;
      keep(page, answer.entries, atTick);
      total = answer.total;
      problem = null;
    } catch (error) {
      if (signal.aborted) return;
      keep(page, pages.get(page)?.entries ?? [], atTick); // asked again with the next change
      problem = asProblem(error);
    }
    changed();
  };
  const pump = async () => {
    const signal = abort?.signal;
    if (isReading || signal === undefined) return;
    isReading = true;
    for (let page = pageToRead(); page !== null && !signal.aborted; page = pageToRead()) {
      await read(page, signal);
    }
    isReading = false;
    if (signal.aborted) void pump(); // stopped and started again meanwhile
  };

  return {
    total: () => total,
    problem: () => problem,
    entry: (index) => pages.get(Math.floor(index / pageSize))?.entries[index % pageSize],
    look: (first, last) => {
      looked = { first, last };
      void pump();
    },
    setTick: (fresh) => {
      tick = fresh;
      void pump();
    },
    start: () => {
      abort ??= new AbortController();
      void pump();
    },
    stop: () => {
      abort?.abort();
      abort = null;
    },
  };
}
