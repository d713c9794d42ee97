// For the app's preload script: gives the page the service's address and token, and nothing else of
// Electron. Imports nothing, so that a sandboxed preload can be bundled from it.

import type { ContextBridge, IpcRenderer, IpcRendererEvent } from "electron";
import { channels, type Network, type Shell } from "./channels.js";
import type { ServiceState } from "./service.js";

interface PreloadParts {
  contextBridge: Pick<ContextBridge, "exposeInMainWorld">;
  ipcRenderer: Pick<IpcRenderer, "invoke" | "on" | "removeListener" | "send">;
}

export function exposeSlipway({ contextBridge, ipcRenderer }: PreloadParts): void {
  const shell: Shell = {
    state: () => ipcRenderer.invoke(channels.state) as Promise<ServiceState>,
    onChange: (listener) => {
      const told = (_: IpcRendererEvent, state: ServiceState) => listener(state);
      ipcRenderer.on(channels.changed, told);
      return () => void ipcRenderer.removeListener(channels.changed, told);
    },
    network: (state: Network) => ipcRenderer.send(channels.network, state),
    start: () => ipcRenderer.send(channels.start),
    unsaved: (has: boolean) => ipcRenderer.send(channels.unsaved, has),
  };
  contextBridge.exposeInMainWorld("slipway", shell);
}
