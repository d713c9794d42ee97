// Undoing what has taken effect or was discarded: shows what would be written before it is.

import { asProblem, type Entry, type SyncProblem } from "@slipway/client";
import { useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useLoaded } from "../hooks/use-loaded.js";
import { undoForMs } from "../store/decisions.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ProblemLine, problemWords, Skeleton } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { EntryNames, RowsAfter } from "./decision-preview.js";

export function UndoDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { client, texts } = useSync();
  const { queueTick } = useSnapshot();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<SyncProblem | null>(null);
  const preview = useLoaded(
    (signal) => client.undo(entry.id, { dryRun: true, signal }),
    [entry.id],
    queueTick,
  );
  const undo = () => {
    setBusy(true);
    client.undo(entry.id).then(
      () => {
        toast({ text: texts.undo.done });
        onClose();
      },
      (error: unknown) => {
        setFailed(asProblem(error));
        setBusy(false);
      },
    );
  };
  const { data } = preview;
  const problem = failed ?? preview.problem;
  return (
    <Dialog
      title={texts.undo.title}
      onClose={onClose}
      onSubmit={undo}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" disabled={busy || data === null} onClick={undo}>
            {texts.undo.confirm}
          </Button>
        </>
      }
    >
      {problem !== null && <ProblemLine problem={problem} />}
      {data === null && problem === null && <Skeleton lines={3} />}
      {data !== null && (
        <>
          <p>{texts.undo.intro}</p>
          <EntryNames entries={data.appended} />
          <p>{texts.discard.rows}</p>
          <RowsAfter rows={data.rows} fields={Object.keys(entry.payload)} />
        </>
      )}
    </Dialog>
  );
}

/** A message with a way back, for as long as a decision can be taken back. */
export function useUndoToast(): (text: string, entryId: number) => void {
  const { client, texts } = useSync();
  const toast = useToast();
  return (text, entryId) =>
    toast({
      text,
      shownMs: undoForMs,
      action: {
        label: texts.entry.undo,
        run: () => {
          client.undo(entryId).then(
            () => toast({ text: texts.undo.done }),
            (error: unknown) => {
              const problem = problemWords(asProblem(error), texts);
              toast({ text: `${problem.title}. ${problem.text}`, tone: "bad" });
            },
          );
        },
      },
    });
}
