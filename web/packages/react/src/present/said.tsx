// What the service says in words of its own, by its stable codes in the page's language; where there is
// no code, or no words for it, as the service said it, in English.

import type { Capabilities, Entry, SyncStatus } from "@slipway/client";
import type { Texts } from "../texts/en.js";

export interface Said {
  text: string;
  /** As the service said it: marked as English for screen readers. */
  isQuoted: boolean;
}

const said = (known: string | undefined, text: string): Said =>
  known === undefined ? { text, isQuoted: true } : { text: known, isQuoted: false };

/** Why it does not go on; null: it does. */
export function reasonSaid(status: SyncStatus | null, { said: words }: Texts): Said | null {
  if (status === null || status.reason === null || status.reason === "") return null;
  const code = status.simulateOffline ? "simulated" : status.connection;
  return said(words.reasons[code], status.reason);
}

/** What became of an entry that needs more than its status; null: nothing more is to be said. */
export function outcomeSaid(entry: Entry, { said: words }: Texts): Said | null {
  if (entry.errorMessage === null || entry.errorMessage === "") return null;
  const code = outcomeCode(entry);
  return said(code === null ? undefined : words.outcomes[code], entry.errorMessage);
}

function outcomeCode({ status, receipt, voidState }: Entry): string | null {
  if (receipt === null) return null;
  const { verdict, reason, assigned } = receipt;
  if (status === "ERROR") return verdict === "expired" ? "expired" : (reason ?? null);
  const tookEffect = verdict === "applied" || verdict === "merged";
  // With given values the message may be about those.
  return tookEffect && voidState !== null && assigned === undefined ? "too-late" : null;
}

export function unsyncedSaid(
  { code, reason }: Capabilities["unsynced"][number],
  { said: words }: Texts,
): Said {
  return said(code === undefined ? undefined : words.unsynced[code], reason);
}

export function SaidText({ said: { text, isQuoted } }: { said: Said }) {
  return isQuoted ? <span lang="en">{text}</span> : <>{text}</>;
}
