// The client and the store for every component, and the hooks that read them.

import { type SyncClient, SyncProblem } from "@slipway/client";
import {
  createContext,
  type DependencyList,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Snapshot, SyncStore } from "./store";

interface Sync {
  client: SyncClient;
  store: SyncStore;
}

export const SyncContext = createContext<Sync | null>(null);

export function useSync(): Sync {
  const sync = useContext(SyncContext);
  if (sync === null) throw new Error("useSync outside of SyncContext");
  return sync;
}

export function useSnapshot(): Snapshot {
  const { store } = useSync();
  return useSyncExternalStore(store.subscribe, store.getSnapshot);
}

/** A number that rises when rows of these types may have changed. */
export function useDataTick(...types: string[]): number {
  const { dataTicks } = useSnapshot();
  return ["*", ...types].reduce((sum, type) => sum + (dataTicks[type] ?? 0), 0);
}

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

/** The last value that stood still for `quietMs`. */
export function useSettled<T>(value: T, quietMs: number): T {
  const [kept, setKept] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setKept(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return kept;
}

export function asProblem(error: unknown): SyncProblem {
  if (error instanceof SyncProblem) return error;
  const title = error instanceof Error ? error.message : String(error);
  return new SyncProblem({ type: "about:blank", title, status: 0 });
}

/** The time, renewed every `everyMs`, for "2 minutes ago" and countdowns. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
