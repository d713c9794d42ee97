// For the app's page: a client for the service that the shell runs. It follows the service to another
// address, and tells it what the browser knows of the network.

import { createSyncClient, type SyncClient } from "@slipway/client";
import type { Shell } from "./channels.js";
import type { ServiceState } from "./service.js";

export type { Shell } from "./channels.js";
export type { ServiceState } from "./service.js";

/** Null: the page is not shown by an Electron app with the preload script. */
export function shellOf(page: object = globalThis): Shell | null {
  return (page as { slipway?: Shell }).slipway ?? null;
}

export interface ShellClient {
  client: SyncClient;
  /** The service, as the shell last told of it: for a page of one's own while it does not run. */
  state(): ServiceState;
  onChange(listener: (state: ServiceState) => void): () => void;
}

export async function connectShell(shell: Shell, page: Pick<Window, "addEventListener"> = window) {
  const listeners = new Set<(state: ServiceState) => void>();
  let current = await shell.state();
  let address = { url: "http://127.0.0.1:1", token: "" }; // nobody listens there: not ready yet
  const take = (state: ServiceState) => {
    current = state;
    if (state.state === "ready") address = { url: state.url, token: state.token };
    for (const listener of listeners) listener(state);
  };
  take(current);
  shell.onChange(take);
  page.addEventListener("online", () => shell.network("up"));
  page.addEventListener("offline", () => shell.network("down"));
  const connected: ShellClient = {
    client: createSyncClient({ url: () => address.url, token: () => address.token }),
    state: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return connected;
}
