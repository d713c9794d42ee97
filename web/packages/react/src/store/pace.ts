// How fast a long drain goes and how long it will take, from what the status said lately. Pure.

import type { SyncStatus } from "@slipway/client";

const windowMs = 20_000; // long enough to be calm, short enough to notice a change
const spanMinMs = 2000; // less is no measurement
const worthSaying = 20; // entries; a handful is gone before one has read the sentence

export interface Sample {
  atMs: number;
  done: number;
  total: number;
}

export interface Pace {
  perSecond: number;
  secondsLeft: number;
}

/** Adds what the status says now. Another drain, or none, begins anew. */
export function sampled(
  samples: readonly Sample[],
  drain: SyncStatus["drain"],
  atMs: number,
): readonly Sample[] {
  if (drain === null) return [];
  const sample = { atMs, done: drain.done, total: drain.total };
  const last = samples.at(-1);
  if (last === undefined || drain.done < last.done) return [sample];
  const recent = samples.filter((old) => atMs - old.atMs <= windowMs);
  return [...recent, sample];
}

/** Null where nothing worth saying is known. */
export function paceOf(samples: readonly Sample[]): Pace | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.total < worthSaying) return null;
  const seconds = (last.atMs - first.atMs) / 1000;
  const perSecond = (last.done - first.done) / seconds;
  if (seconds * 1000 < spanMinMs || perSecond <= 0) return null;
  return { perSecond, secondsLeft: (last.total - last.done) / perSecond };
}
