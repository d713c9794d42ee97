// What main process and page say to each other.

import type { ServiceState } from "./service.js";

export const channels = {
  /** Page → main: the state now. */
  state: "slipway:state",
  /** Main → page: it has changed. */
  changed: "slipway:changed",
  /** Page → main: what the browser says of the network. */
  network: "slipway:network",
  /** Page → main: start it again now. */
  start: "slipway:start",
  /** Page → main: whether something was typed that has not been saved. */
  unsaved: "slipway:unsaved",
} as const;

export type Network = "up" | "down";

/** What the preload script gives to the page, as window.slipway. */
export interface Shell {
  state(): Promise<ServiceState>;
  onChange(listener: (state: ServiceState) => void): () => void;
  network(state: Network): void;
  start(): void;
  /** Asked about before the app quits. */
  unsaved(has: boolean): void;
}
