// What SyncProvider gives to every component below it.

import type { Capabilities, SyncClient } from "@slipway/client";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Presentation } from "./present/presentation.js";
import type { RowValues } from "./store/row-values.js";
import type { Snapshot, SyncStore } from "./store/store.js";
import type { Texts } from "./texts/en.js";

export interface Sync {
  client: SyncClient;
  store: SyncStore;
  rows: RowValues;
  present: Presentation;
  texts: Texts;
  locale: string;
}

export const SyncContext = createContext<Sync | null>(null);

export function useSync(): Sync {
  const sync = useContext(SyncContext);
  if (sync === null) throw new Error("There is no <SyncProvider> around this component");
  return sync;
}

export function useSnapshot(): Snapshot {
  const { store } = useSync();
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}

export function useTexts(): Texts {
  return useSync().texts;
}

export function useCapabilities(): Capabilities | null {
  return useSnapshot().capabilities;
}
