// Loading for screens that stay live.

import { asProblem, type SyncProblem } from "@slipway/client";
import { type DependencyList, useCallback, useEffect, useRef, useState } from "react";

export interface Loaded<T> {
  data: T | null;
  problem: SyncProblem | null;
  loading: boolean;
  reload: () => void;
}

/**
 * Loads when `deps` change and reloads quietly when `tick` rises: what is shown stays until the new
 * answer is there. A rise during a load waits for its end, so that constant change cannot starve
 * the screen, and no screen asks more than one question at a time.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  deps: DependencyList,
  tick: number,
): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, "reload">>({
    data: null,
    problem: null,
    loading: true,
  });
  const [again, setAgain] = useState(0);
  const latest = useRef({ load, tick });
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    latest.current = { load, tick };
  });
  useEffect(() => {
    const abort = new AbortController();
    let running = false;
    let loadedTick = Number.NaN;
    const run = async () => {
      running = true;
      while (!abort.signal.aborted && loadedTick !== latest.current.tick) {
        loadedTick = latest.current.tick;
        const next = await settled(latest.current.load(abort.signal));
        if (abort.signal.aborted) return;
        setState((old) => ({ data: old.data, ...next, loading: false }));
      }
      running = false;
    };
    wake.current = () => {
      if (!running) void run();
    };
    wake.current();
    return () => abort.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the caller names what `load` reads
  }, [...deps, again]);
  useEffect(() => wake.current(), [tick]);
  const reload = useCallback(() => setAgain((count) => count + 1), []);
  return { ...state, reload };
}

async function settled<T>(
  promise: Promise<T>,
): Promise<{ data: T; problem: null } | { problem: SyncProblem }> {
  try {
    return { data: await promise, problem: null };
  } catch (error) {
    return { problem: asProblem(error) };
  }
}
