// Decisions that can still be taken back: each is carried out when its ten seconds have passed, or at
// once when the page goes away. Until then nothing has been appended, so taking back changes nothing.
// What was sent is remembered: a list that has not been read anew shows its entry as undecided still.

import { asProblem, type Entry, type SyncProblem } from "@slipway/client";

export const undoForMs = 10_000;

export interface PendingDecision {
  entryId: number;
  /** What was decided, for a person: "Keep mine". */
  what: string;
  /** About what: "Shipment S-2026-00396". */
  about: string;
  state: "counting" | "sending" | "sent";
  /** When it will be carried out, by Date.now(). */
  sendsAt: number;
}

/** Until it is carried out. A clock that steps does not make it more than ten. */
export function secondsLeft(decision: PendingDecision, now: number): number {
  const left = Math.ceil((decision.sendsAt - now) / 1000);
  return Math.min(undoForMs / 1000, Math.max(0, left));
}

/**
 * What was decided about an entry as it is shown. A decision closes its entry for good, so what was
 * sent counts only beside a conflict that was read before.
 */
export function decisionOn(
  decisions: readonly PendingDecision[],
  entry: Pick<Entry, "id" | "status">,
): PendingDecision | undefined {
  const found = decisions.find(({ entryId }) => entryId === entry.id);
  return found?.state === "sent" && entry.status !== "CONFLICT" ? undefined : found;
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
  /** The service may be at another database now: what was sent to it before says nothing. */
  forgetSent: () => void;
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
    if (found?.decision.state !== "counting") return;
    clearTimeout(found.timer);
    found.decision = { ...found.decision, state: "sending" };
    tell();
    found.carryOut({ keepalive }).then(
      () => {
        found.decision = { ...found.decision, state: "sent" };
        tell();
      },
      (error: unknown) => {
        failed(found.decision, asProblem(error));
        waiting.delete(entryId);
        tell();
      },
    );
  };

  return {
    list: () => listed,
    decide: ({ entryId, what, about }, carryOut) => {
      const old = waiting.get(entryId);
      if (old !== undefined && old.decision.state !== "counting") return;
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
      if (found?.decision.state !== "counting") return;
      clearTimeout(found.timer);
      waiting.delete(entryId);
      tell();
    },
    sendNow: (entryId) => send(entryId, false),
    flush: () => {
      for (const entryId of [...waiting.keys()]) send(entryId, true);
    },
    forgetSent: () => {
      const sent = [...waiting.values()].filter(({ decision }) => decision.state === "sent");
      if (sent.length === 0) return;
      for (const { decision } of sent) waiting.delete(decision.entryId);
      tell();
    },
  };
}
