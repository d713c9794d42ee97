// The main process' end of window.slipway: answers pages that it trusts, and no others.

import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from "electron";
import { channels, type Network } from "./channels.js";
import type { Log } from "./log.js";
import type { Service } from "./service.js";

interface HandOverParts {
  ipcMain: Pick<IpcMain, "handle" | "on" | "removeHandler" | "removeAllListeners">;
  /** All pages that may be told: webContents.getAllWebContents. */
  pages: () => Pick<WebContents, "send" | "isDestroyed" | "getURL">[];
}

export interface HandOverOptions {
  service: Service;
  log: Log;
  /** Whether a page at this address is the app's own. */
  trusts: (address: string) => boolean;
  onNetwork: (network: Network) => void;
  /** A page has something that was typed and not saved, or has no more. */
  onUnsaved?: (has: boolean, page: WebContents) => void;
}

/** Returns a function that ends it. */
export function handOver(parts: HandOverParts, options: HandOverOptions): () => void {
  const { ipcMain, pages } = parts;
  const { service, log, trusts, onNetwork, onUnsaved } = options;
  const isTrusted = (event: IpcMainEvent | IpcMainInvokeEvent) => {
    const address = event.senderFrame?.url ?? "";
    const trusted = trusts(address);
    if (!trusted) log.write("warn", "page-refused", { address });
    return trusted;
  };
  ipcMain.handle(channels.state, (event) => {
    if (!isTrusted(event)) throw new Error("This page may not talk to the sync service");
    return service.state();
  });
  ipcMain.on(channels.network, (event, network: unknown) => {
    if (isTrusted(event) && (network === "up" || network === "down")) onNetwork(network);
  });
  ipcMain.on(channels.start, (event) => {
    if (isTrusted(event)) service.start();
  });
  ipcMain.on(channels.unsaved, (event, has: unknown) => {
    if (isTrusted(event) && typeof has === "boolean") onUnsaved?.(has, event.sender);
  });
  const stop = service.onChange((state) => {
    for (const page of pages()) {
      if (!page.isDestroyed() && trusts(page.getURL())) page.send(channels.changed, state);
    }
  });
  return () => {
    stop();
    ipcMain.removeHandler(channels.state);
    ipcMain.removeAllListeners(channels.network);
    ipcMain.removeAllListeners(channels.start);
    ipcMain.removeAllListeners(channels.unsaved);
  };
}
