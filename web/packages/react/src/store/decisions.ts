// Decisions that can still be taken back: each is carried out when its ten seconds have passed, or at
// once when the page goes away. Until then nothing has been appended, so taking back changes nothing.

import { asProblem, type SyncProblem } from "@slipway/client";

export const undoForMs = 10_000;
const lingerMs = 600;

export interface PendingDecision {
  entryId: number;
  /** What was decided, for a person: "Keep mine". */
  what: string;
  /** About what: "Shipment S-2026-00396". */
  about: string;
  state: "counting" | "sending";
  /** When it will be carried out, by Date.now(). */
  sendsAt: number;
}

/** Until it is carried out. A clock that steps does not make it more than ten. */
export function secondsLeft(decision: PendingDecision, now: number): number {
  const left = Math.ceil((decision.sendsAt - now) / 1000);
  return Math.min(undoForMs / 1000, Math.max(0, left));
}

/** `keepalive`: the page may be on its way out. */
export type CarryOut = (options: { keepalive: boolean }) => Promise<unknown>;

export interface Decisions {
  list: () => readonly PendingDecision[];
  decide: (
    decision: Pick<PendingDecision, "entryId" | "what" | "about">,
    carryOut: CarryOut,
  ) => void;
  takeBack: (entryId: number) => void;
  sendNow: (entryId: number) => void;
  /** The page goes away: everything that was decided is carried out now. */
  flush: () => void;
}

interface Waiting {
  decision: PendingDecision;
  timer: ReturnType<typeof setTimeout>;
  carryOut: CarryOut;
}

export function createDecisions(
  changed: () => void,
  failed: (decision: PendingDecision, problem: SyncProblem) => void,
): Decisions {
  const waiting = new Map<number, Waiting>();
  let listed: readonly PendingDecision[] = [];
  const tell = () => {
    listed = [...waiting.values()].map(({ decision }) => decision);
    changed();
  };

  const send = (entryId: number, keepalive: boolean) => {
    const found = waiting.get(entryId);
    if (found === undefined || found.decision.state === "sending") return;
    clearTimeout(found.timer);
    found.decision = { ...found.decision, state: "sending" };
    tell();
    const over = () => {
      if (waiting.get(entryId) === found) waiting.delete(entryId);
      tell();
    };
    found.carryOut({ keepalive }).then(
      // Lists are read anew in a moment: until then the entry must not look undecided.
      () => setTimeout(over, lingerMs),
      (error: unknown) => {
        failed(found.decision, asProblem(error));
        over();
      },
    );
  };

  return {
    list: () => listed,
    decide: ({ entryId, what, about }, carryOut) => {
      const old = waiting.get(entryId);
      if (old?.decision.state === "sending") return;
      clearTimeout(old?.timer);
      waiting.set(entryId, {
        decision: { entryId, what, about, state: "counting", sendsAt: Date.now() + undoForMs },
        timer: setTimeout(() => send(entryId, false), undoForMs),
        carryOut,
      });
      tell();
    },
    takeBack: (entryId) => {
      const found = waiting.get(entryId);
      if (found === undefined || found.decision.state === "sending") return;
      clearTimeout(found.timer);
      waiting.delete(entryId);
      tell();
    },
    sendNow: (entryId) => send(entryId, false),
    flush: () => {
      for (const entryId of [...waiting.keys()]) send(entryId, true);
    },
  };
}
