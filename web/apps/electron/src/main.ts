// The main process. Nothing but Electron itself stands here; the program is desk-app.ts.

import { join } from "node:path";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  powerMonitor,
  screen,
  shell,
  webContents,
} from "electron";
import { runDeskApp } from "./desk-app";

const around = {
  isPackaged: app.isPackaged,
  resources: process.resourcesPath,
  repository: join(import.meta.dirname, "../../../.."),
  userData: app.getPath("userData"),
  logs: app.getPath("logs"),
  platform: process.platform,
};

// Not awaited here: Electron is ready only when this module has been run to its end.
runDeskApp(
  {
    app,
    dialog,
    ipcMain,
    powerMonitor,
    screen,
    shell,
    openWindow: (options) => new BrowserWindow(options),
    allPages: () => webContents.getAllWebContents(),
  },
  around,
  process.env,
).catch((error: unknown) => {
  console.error(error);
  app.exit(1);
});
