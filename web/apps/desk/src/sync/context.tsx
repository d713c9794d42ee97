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
 * answer is there. Answers that come too late are dropped.
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
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  useEffect(() => {
    const abort = new AbortController();
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ data, problem: null, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setState((old) => ({ ...old, problem: asProblem(error), loading: false }));
      },
    );
    return () => abort.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the caller names what `load` reads
  }, [...deps, tick, again]);
  const reload = useCallback(() => setAgain((count) => count + 1), []);
  return { ...state, reload };
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
