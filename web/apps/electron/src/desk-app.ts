// The program: single instance, log, service, window, hand-over, hints, quit guard. Takes Electron as an
// argument, so that all of it runs in a test on Node with the real service.

import { join } from "node:path";
import {
  createLog,
  createService,
  guardQuit,
  handOver,
  isFirstInstance,
  keepWindowState,
  type Log,
  type Service,
  watchConnectivity,
} from "@slipway/electron";
import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Dialog,
  IpcMain,
  PowerMonitor,
  Screen,
  Shell,
  WebContents,
} from "electron";
import { openDeskWindow } from "./desk-window";
import { prepare } from "./first-start";
import { isSameOrigin, placesOf, serviceArgs, type Surroundings } from "./settings";

export interface ElectronParts {
  app: Pick<App, "on" | "quit" | "whenReady" | "getLocale" | "requestSingleInstanceLock">;
  dialog: Pick<Dialog, "showMessageBox" | "showMessageBoxSync">;
  ipcMain: Pick<IpcMain, "handle" | "on" | "removeHandler" | "removeAllListeners">;
  powerMonitor: Pick<PowerMonitor, "on" | "removeListener">;
  screen: Pick<Screen, "getAllDisplays">;
  shell: Pick<Shell, "openExternal">;
  openWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  allPages: () => WebContents[];
}

export interface DeskApp {
  service: Service;
  log: Log;
}

/** Null: another instance runs already. */
export async function runDeskApp(
  electron: ElectronParts,
  around: Surroundings,
  environment: NodeJS.ProcessEnv,
): Promise<DeskApp | null> {
  const { app } = electron;
  let window: BrowserWindow | null = null;
  let hasUnsaved = false;
  if (!isFirstInstance(app, () => window)) return null;
  const places = placesOf(around);
  const log = createLog({ file: places.log });
  log.write("info", "app-started", { isPackaged: around.isPackaged, platform: around.platform });
  await app.whenReady();
  await prepare(places, log).catch((error: unknown) =>
    log.write("error", "not-prepared", { error: String(error) }),
  );
  const service = createService({
    binary: places.binary,
    database: places.database,
    args: serviceArgs(places, environment),
    log,
  });
  const connectivity = watchConnectivity(electron, { service, log });
  handOver(
    { ipcMain: electron.ipcMain, pages: electron.allPages },
    {
      service,
      log,
      trusts: (address) => {
        const state = service.state();
        return state.state === "ready" && isSameOrigin(address, state.url);
      },
      onNetwork: connectivity.network,
      onUnsaved: (has) => (hasUnsaved = has),
    },
  );
  const guard = guardQuit(electron, {
    service,
    log,
    window: () => window,
    unsaved: () => hasUnsaved,
  });
  const states = keepWindowState(electron, {
    file: places.windowState,
    usual: { width: 1280, height: 820 },
    log,
  });
  const open = () => {
    window = openDeskWindow(
      { open: electron.openWindow, shell: electron.shell, dialog: electron.dialog },
      {
        service,
        log,
        locale: app.getLocale(),
        preload: join(import.meta.dirname, "preload.cjs"),
        isQuitting: guard.isQuitting,
        initial: states.initial(),
      },
    );
    states.watch(window);
    // Closing the last window is quitting: asked while there is still a window to stay in.
    window.on("close", (event) => {
      if (around.platform === "darwin" || guard.isQuitting()) return;
      event.preventDefault();
      app.quit();
    });
    window.on("closed", () => {
      window = null;
      hasUnsaved = false;
    });
  };
  app.on("window-all-closed", () => {
    if (around.platform !== "darwin") app.quit(); // else Electron quits by itself, unasked
  });
  app.on("activate", () => {
    if (window === null) open();
  });
  service.start();
  open();
  return { service, log };
}
