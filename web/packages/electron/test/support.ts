// As much of Electron as the modules touch, and a scratch folder.

import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, Dialog, IpcMain, MessageBoxOptions, PowerMonitor } from "electron";
import { onTestFinished } from "vitest";
import { createLog, type Log } from "../src/index";

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-electron-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface ReadLog extends Log {
  lines: () => Record<string, unknown>[];
  events: () => unknown[];
}

export function testLog(folder: string): ReadLog {
  const file = join(folder, "main.log");
  const lines = () => {
    const text = readFileSync(file, "utf8").trim();
    return text.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { ...createLog({ file }), lines, events: () => lines().map(({ event }) => event) };
}

/** quit() asks its listeners first, as Electron does. */
export class FakeApp extends EventEmitter {
  hasQuit = false;
  locale = "en-GB";
  isFirst = true;
  quit(): void {
    let isPrevented = false;
    this.emit("before-quit", { preventDefault: () => (isPrevented = true) });
    if (isPrevented) return;
    this.hasQuit = true;
    this.emit("quit");
  }
  getLocale(): string {
    return this.locale;
  }
  requestSingleInstanceLock(): boolean {
    return this.isFirst;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  asApp(): App {
    return this as unknown as App;
  }
}

export class FakePower extends EventEmitter {
  asPowerMonitor(): PowerMonitor {
    return this as unknown as PowerMonitor;
  }
}

/** Answers each question with the button of that label. */
export function fakeDialog(answers: string[]) {
  const asked: MessageBoxOptions[] = [];
  const showMessageBox = (first: unknown, second?: MessageBoxOptions) => {
    const box = second ?? (first as MessageBoxOptions);
    asked.push(box);
    const response = (box.buttons ?? []).indexOf(answers.shift() ?? "");
    return Promise.resolve({ response, checkboxChecked: false });
  };
  return { asked, dialog: { showMessageBox } as Pick<Dialog, "showMessageBox"> };
}

type Handler = (event: unknown, ...values: unknown[]) => unknown;

/** Both ends of Electron's messages: ipcMain, and an ipcRenderer for a page at an address. */
export function fakeIpc() {
  const handlers = new Map<string, Handler>();
  const main = new EventEmitter();
  const pages: {
    isDestroyed: () => boolean;
    getURL: () => string;
    send: (channel: string, ...values: unknown[]) => boolean;
  }[] = [];
  const ipcMain = Object.assign(main, {
    handle: (channel: string, handler: Handler) => handlers.set(channel, handler),
    removeHandler: (channel: string) => handlers.delete(channel),
  }) as unknown as IpcMain;
  const page = (address: string) => {
    const heard = new EventEmitter();
    const event = { senderFrame: { url: address } };
    const contents = {
      isDestroyed: () => false,
      getURL: () => address,
      send: (channel: string, ...values: unknown[]) => heard.emit(channel, {}, ...values),
    };
    const ipcRenderer = Object.assign(heard, {
      invoke: async (channel: string, ...values: unknown[]) =>
        handlers.get(channel)?.(event, ...values),
      send: (channel: string, ...values: unknown[]) => main.emit(channel, event, ...values),
    });
    pages.push(contents);
    return { contents, ipcRenderer };
  };
  return { ipcMain, page, pages: () => pages };
}
