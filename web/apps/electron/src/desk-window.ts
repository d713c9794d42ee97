// The one window: where it was, what it shows, what it may do.

import {
  leaveButton,
  type Log,
  type Service,
  type ServiceState,
  unsavedBox,
} from "@slipway/electron";
import type { BrowserWindow, BrowserWindowConstructorOptions, Dialog, Shell } from "electron";
import { isSameOrigin } from "./settings";
import { waitingPage } from "./waiting-page";

const retryAddress = "slipway-retry:";

export interface DeskWindowParts {
  open: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  shell: Pick<Shell, "openExternal">;
  dialog: Pick<Dialog, "showMessageBoxSync">;
}

export interface DeskWindowOptions {
  service: Service;
  log: Log;
  locale: string;
  preload: string;
  /** The app ends, and has asked: the page may go whatever is on it. */
  isQuitting: () => boolean;
  /** Size and place from the last time. */
  initial: BrowserWindowConstructorOptions & { maximized?: boolean };
}

/** Shows the desk as soon as the service is ready, and until then what it is waiting for. */
export function openDeskWindow(parts: DeskWindowParts, options: DeskWindowOptions): BrowserWindow {
  const { service, log, locale, preload } = options;
  const { maximized = false, ...place } = options.initial;
  const window = parts.open({
    ...place,
    minWidth: 360,
    minHeight: 480,
    show: false,
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false },
  });
  if (maximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  let shown: string | null = null; // the service's address that the page came from

  const show = (state: ServiceState) => {
    if (window.isDestroyed()) return;
    if (state.state === "ready") {
      if (shown === state.url) return; // the page is there and connects again by itself
      shown = state.url;
      load(`${state.url}/`);
    } else if (shown === null && state.state !== "stopped") {
      load(
        `data:text/html;charset=utf-8,${encodeURIComponent(waitingPage(state, locale, retryAddress))}`,
      );
    }
  };
  const load = (address: string) => {
    window.loadURL(address).catch((error: unknown) => {
      log.write("error", "page-not-loaded", { error: String(error) });
      shown = null; // the next change of the service tries again
    });
  };
  window.webContents.on("will-navigate", (event) => {
    if (event.url.startsWith(retryAddress)) {
      event.preventDefault();
      service.start();
    } else if (!isSameOrigin(event.url, shown)) {
      event.preventDefault();
      log.write("warn", "navigation-refused", { address: event.url });
    }
  });
  window.webContents.on("will-prevent-unload", (event) => {
    const mayGo =
      options.isQuitting() ||
      parts.dialog.showMessageBoxSync(window, unsavedBox(locale)) === leaveButton;
    if (mayGo) event.preventDefault();
  });
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith("https://")) void parts.shell.openExternal(url);
    return { action: "deny" };
  });
  window.webContents.on("render-process-gone", (_, details) => {
    log.write("error", "page-gone", { reason: details.reason });
    shown = null;
    show(service.state()); // what was saved is with the service; the page begins anew
  });
  const stop = service.onChange(show);
  window.on("closed", stop);
  show(service.state());
  return window;
}
