// One app per user and database: a second start brings the first one's window to the front.

import type { App, BrowserWindow } from "electron";

type Window = Pick<BrowserWindow, "isMinimized" | "restore" | "focus" | "show">;

/** False: another one runs; this one is on its way out. */
export function isFirstInstance(
  app: Pick<App, "requestSingleInstanceLock" | "on" | "quit">,
  window: () => Window | null,
): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  app.on("second-instance", () => {
    const shown = window();
    if (shown === null) return;
    if (shown.isMinimized()) shown.restore();
    shown.show();
    shown.focus();
  });
  return true;
}
