// "3 changes have not reached the cloud": asks before the app quits with unsent work, offers to send it
// first, and stops the service in the end. The work is safe either way; the question is who sees it.
// What was typed and not saved is not safe: it is asked about before.

import { createSyncClient, type SyncClient, type SyncStatus } from "@slipway/client";
import type { App, BrowserWindow, Dialog, MessageBoxOptions, PowerMonitor } from "electron";
import type { Log } from "./log.js";
import { quitWords } from "./quit-words.js";
import type { Service } from "./service.js";

const askMs = 5000; // on a busy machine; a service that hangs must not keep the app from quitting
const sendMs = 20_000;
const lookEveryMs = 250;

interface QuitGuardParts {
  app: Pick<App, "on" | "quit" | "getLocale">;
  dialog: Pick<Dialog, "showMessageBox">;
  powerMonitor: Pick<PowerMonitor, "on">;
}

export interface QuitGuardOptions {
  service: Service;
  log: Log;
  window: () => BrowserWindow | null;
  /** Whether a page has something that was typed and not saved. Default: none ever has. */
  unsaved?: () => boolean;
  /** Default: as long as a person waits without wondering. */
  sendMs?: number;
}

interface Unsent {
  waiting: number;
  needsYou: number;
}

export interface QuitGuard {
  /** It has been decided: windows may close. Before, closing the last one should ask to quit. */
  isQuitting(): boolean;
}

export function guardQuit(parts: QuitGuardParts, options: QuitGuardOptions): QuitGuard {
  let isDone = false;
  let isAsking = false;
  parts.app.on("before-quit", (event) => {
    if (isDone) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    void mayQuit(parts, options)
      .then(async (may) => {
        options.log.write("info", may ? "quitting" : "stays");
        if (!may) return;
        await options.service.stop();
        isDone = true;
        parts.app.quit();
      })
      .finally(() => {
        isAsking = false;
      });
  });
  // The machine goes down: nobody answers questions now, and the work is on the disk.
  parts.powerMonitor.on("shutdown", () => {
    isDone = true;
    options.log.write("info", "shutdown");
    void options.service.stop();
  });
  return { isQuitting: () => isDone };
}

async function mayQuit(parts: QuitGuardParts, options: QuitGuardOptions): Promise<boolean> {
  if (options.unsaved?.() === true) {
    const box = unsavedBox(parts.app.getLocale());
    if ((await show(parts, options, box)) !== leaveButton) return false;
  }
  const client = clientOf(options.service);
  const unsent = client === null ? null : await unsentOf(client);
  if (client === null || unsent === null || unsent.waiting + unsent.needsYou === 0) return true;
  const words = quitWords(parts.app.getLocale());
  const first = await ask(parts, options, unsent, unsent.waiting > 0, words.title(total(unsent)));
  if (first !== "send") return first === "quit";
  const left = await sendFirst(client, options.sendMs ?? sendMs);
  if (left === null || left.waiting === 0) return true; // what needs the user was said before
  return (await ask(parts, options, left, false, words.stillThere(left.waiting))) === "quit";
}

function clientOf(service: Service): SyncClient | null {
  const state = service.state();
  return state.state === "ready" ? createSyncClient(state) : null;
}

const total = ({ waiting, needsYou }: Unsent) => waiting + needsYou;

/** Null: the service does not say. */
async function unsentOf(client: SyncClient): Promise<Unsent | null> {
  try {
    const status = await client.status({ signal: AbortSignal.timeout(askMs) });
    return countsOf(status);
  } catch {
    return null;
  }
}

function countsOf({ waiting, held, needsYou }: SyncStatus): Unsent {
  return { waiting, needsYou: needsYou + held };
}

async function ask(
  parts: QuitGuardParts,
  { window }: Pick<QuitGuardOptions, "window">,
  unsent: Unsent,
  canSend: boolean,
  title: string,
): Promise<"send" | "quit" | "stay"> {
  const words = quitWords(parts.app.getLocale());
  const choices = canSend ? (["send", "quit", "stay"] as const) : (["quit", "stay"] as const);
  const labels = { send: words.sendFirst, quit: words.quit, stay: words.stay };
  const detail = unsent.needsYou > 0 ? ` ${words.needsYou(unsent.needsYou)}` : "";
  const box: MessageBoxOptions = {
    type: "question",
    message: title,
    detail: words.safe + detail,
    buttons: choices.map((choice) => labels[choice]),
    defaultId: 0,
    cancelId: choices.length - 1,
    noLink: true,
  };
  return choices[await show(parts, { window }, box)] ?? "stay";
}

/** Above the window, where there is one; gives the number of the button. */
async function show(
  { dialog }: QuitGuardParts,
  { window }: Pick<QuitGuardOptions, "window">,
  box: MessageBoxOptions,
): Promise<number> {
  const shown = window();
  const answer = shown === null ? dialog.showMessageBox(box) : dialog.showMessageBox(shown, box);
  return (await answer).response;
}

export const leaveButton = 1;

/** The question before something that was typed is lost; also for a window that is closed alone. */
export function unsavedBox(locale: string): MessageBoxOptions {
  const words = quitWords(locale);
  return {
    type: "warning",
    message: words.unsaved,
    detail: words.unsavedText,
    buttons: [words.stay, words.leave],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
}

/** Syncs now and waits; gives what is left then, null where nobody can say. */
async function sendFirst(client: SyncClient, patienceMs: number): Promise<Unsent | null> {
  const deadline = performance.now() + patienceMs;
  await client.now().catch(() => undefined);
  for (;;) {
    const unsent = await unsentOf(client);
    if (unsent === null || unsent.waiting === 0 || performance.now() > deadline) return unsent;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
