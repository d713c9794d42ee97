// What the window shows while the service starts, waits or has failed: words from the main process, no
// script, so it cannot itself go wrong.

import type { ServiceState } from "@slipway/electron";

interface Words {
  title: string;
  starting: string;
  waiting: string;
  failed: string;
  safe: string;
  again: string;
}

const en: Words = {
  title: "Freight desk",
  starting: "Starting the sync service",
  waiting: "The sync service stopped and is being started again",
  failed: "The sync service cannot be started",
  safe: "What you saved is safe on this computer.",
  again: "Try again",
};
const de: Words = {
  title: "Speditionspult",
  starting: "Der Abgleichdienst startet",
  waiting: "Der Abgleichdienst wurde beendet und startet neu",
  failed: "Der Abgleichdienst lässt sich nicht starten",
  safe: "Gespeichertes ist auf diesem Rechner sicher.",
  again: "Erneut versuchen",
};

/** A whole page. `again`: the address that a click on "Try again" goes to. */
export function waitingPage(state: ServiceState, locale: string, again: string): string {
  const language = locale.toLowerCase().startsWith("de") ? "de" : "en";
  const words = language === "de" ? de : en;
  const isFailed = state.state === "failed";
  const heading = isFailed
    ? words.failed
    : state.state === "waiting"
      ? words.waiting
      : words.starting;
  const reason = "reason" in state ? `<p lang="en"><code>${escaped(state.reason)}</code></p>` : "";
  const button = isFailed ? `<p><a href="${escaped(again)}">${words.again}</a></p>` : "";
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${words.title}</title>
<style>
body { display: grid; place-content: center; min-height: 90vh; margin: 1rem;
       font: 1rem/1.5 system-ui, sans-serif; text-align: center }
code { overflow-wrap: anywhere }
</style>
<main role="status">
<h1>${heading}</h1>
${reason}
<p>${words.safe}</p>
${button}
</main>
</html>`;
}

export function escaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (sign) => names[sign] ?? sign);
}
