// Undoing what has taken effect or was discarded: shows what would be written before it is.

import { asProblem, type CompactEntry, type Entry, type SyncProblem } from "@slipway/client";
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
      onSubmit={busy || data === null ? undefined : undo}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" type="submit" disabled={busy || data === null}>
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

/** A message with a way back for what was discarded, for as long as a decision can be taken back. */
export function useUndoToast(): (text: string, closed: readonly CompactEntry[]) => void {
  const { client, texts } = useSync();
  const toast = useToast();
  const undoAll = async (closed: readonly CompactEntry[]) => {
    for (const entry of onceEach(closed)) await client.undo(entry.id);
  };
  return (text, closed) =>
    toast({
      text,
      shownMs: undoForMs,
      action: {
        label: texts.entry.undo,
        run: () => {
          undoAll(closed).then(
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

/** In the order in which they were written; a group comes back as a whole. */
function onceEach(closed: readonly CompactEntry[]): CompactEntry[] {
  const groups = new Set<string>();
  return [...closed]
    .sort((a, b) => a.id - b.id)
    .filter(({ groupId }) => {
      if (groupId === null) return true;
      const isFirst = !groups.has(groupId);
      groups.add(groupId);
      return isFirst;
    });
}
