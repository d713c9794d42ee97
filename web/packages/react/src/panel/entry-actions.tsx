// What can be done about an entry now. In the list only what is needed next; in the details all of it.

import { asProblem, type Entry } from "@slipway/client";
import { useState } from "react";
import { useTakeBack } from "../conflict/use-decide.js";
import { useSync } from "../context.js";
import type { PendingDecision } from "../store/decisions.js";
import { Button } from "../ui/button.js";
import { problemWords } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { usePanelDialogs } from "./panel-dialogs.js";

interface EntryActionsProps {
  entry: Entry;
  /** What was decided about it and has not gone out yet. */
  decision: PendingDecision | undefined;
  tabIndex?: number;
  compact?: boolean;
}

export function EntryActions({
  entry,
  decision,
  tabIndex = 0,
  compact = false,
}: EntryActionsProps) {
  const { client, texts } = useSync();
  const takeBack = useTakeBack();
  const dialogs = usePanelDialogs();
  const retry = useCall(() => client.retry(entry.id), texts.retry.done);
  const say = useCall(
    (happened: boolean) => client.sayOutcome(entry.id, happened),
    texts.outcome.done,
    { "id-needed": () => dialogs.whichId(entry) },
  );
  const can = possible(entry);
  if (decision !== undefined) {
    if (decision.state !== "counting") return null;
    return (
      <div className="sw-row-actions">
        <Button icon="undo" tabIndex={tabIndex} onClick={() => takeBack(entry.id)}>
          {texts.entry.undo}
        </Button>
      </div>
    );
  }
  return (
    <div className="sw-row-actions">
      {can.decide && (
        <Button
          look={compact ? "plain" : "primary"}
          tabIndex={tabIndex}
          onClick={() => dialogs.decide(entry.id)}
        >
          {texts.entry.decide}
        </Button>
      )}
      {can.say && !compact && (
        <>
          <Button tabIndex={tabIndex} disabled={say.busy} onClick={() => say.run(true)}>
            {texts.outcome.happened}
          </Button>
          <Button tabIndex={tabIndex} disabled={say.busy} onClick={() => say.run(false)}>
            {texts.outcome.didNot}
          </Button>
        </>
      )}
      {can.retry && (
        <Button tabIndex={tabIndex} disabled={retry.busy} onClick={retry.run}>
          {texts.entry.retry}
        </Button>
      )}
      {can.discard && !compact && (
        <Button tabIndex={tabIndex} onClick={() => dialogs.discard(entry)}>
          {texts.entry.discard}
        </Button>
      )}
      {can.undo && !compact && (
        <Button icon="undo" tabIndex={tabIndex} onClick={() => dialogs.undo(entry)}>
          {texts.entry.undo}
        </Button>
      )}
    </div>
  );
}

/** Which decisions the entry's state allows. */
export function possible(entry: Entry) {
  const isOpen = entry.why !== null;
  return {
    decide: entry.status === "CONFLICT",
    // Sent to where no receipts are kept, then discarded: only a person knows.
    say: entry.status === "ERROR" && entry.receipt?.reason === "outcome-unknown",
    retry: entry.status === "ERROR" || entry.why?.code === "backoff",
    discard: isOpen && entry.status !== "DISCARDING" && entry.status !== "CONFLICT",
    undo: entry.status === "SUCCESS" || entry.status === "DISCARDED",
  };
}

/**
 * A call to the service from a button: one at a time, and its end is said. `asks`: problems that are
 * a question to the person.
 */
function useCall<Arguments extends unknown[]>(
  call: (...values: Arguments) => Promise<unknown>,
  done: string,
  asks: Record<string, () => void> = {},
): { busy: boolean; run: (...values: Arguments) => void } {
  const { texts } = useSync();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const run = (...values: Arguments) => {
    setBusy(true);
    call(...values)
      .then(
        () => toast({ text: done }),
        (error: unknown) => {
          const problem = asProblem(error);
          const ask = asks[problem.slug];
          if (ask !== undefined) return ask();
          const { title, text } = problemWords(problem, texts);
          toast({ text: `${title}. ${text}`, tone: "bad" });
        },
      )
      .finally(() => setBusy(false));
  };
  return { busy, run };
}
