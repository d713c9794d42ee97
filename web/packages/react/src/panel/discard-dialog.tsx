// Asks before anything is dropped, and shows first what would go and what remains (a dry run).

import { asProblem, type Decision, type Entry, type SyncProblem } from "@slipway/client";
import { useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useLoaded } from "../hooks/use-loaded.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import { EntryNames, RowsAfter } from "./decision-preview.js";
import { useUndoToast } from "./undo-dialog.js";

export function DiscardDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { client, texts } = useSync();
  const { queueTick } = useSnapshot();
  const offerUndo = useUndoToast();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<SyncProblem | null>(null);
  const preview = useLoaded(
    (signal) => client.discard(entry.id, { dryRun: true, withDependants: true, signal }),
    [entry.id],
    queueTick,
  );
  const discard = () => {
    setBusy(true);
    client.discard(entry.id, { withDependants: true }).then(
      ({ closed }) => {
        offerUndo(texts.discard.done(closed.length), closed);
        onClose();
      },
      (error: unknown) => {
        setFailed(asProblem(error));
        setBusy(false);
      },
    );
  };
  const { data } = preview;
  const count = data?.closed.length ?? 1;
  const problem = failed ?? preview.problem;
  return (
    <Dialog
      title={count === 1 ? texts.discard.title : texts.discard.titleMany(count)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.discard.keep}</Button>
          <Button look="danger" disabled={busy || data === null} onClick={discard}>
            {texts.discard.confirm(count)}
          </Button>
        </>
      }
    >
      {problem !== null && <ProblemLine problem={problem} />}
      {data === null && problem === null && <Skeleton lines={3} />}
      {data !== null && <Preview answer={data} entry={entry} />}
    </Dialog>
  );
}

function Preview({ answer, entry }: { answer: Decision; entry: Entry }) {
  const { texts } = useSync();
  const along = new Set(answer.dependants);
  const own = answer.closed.filter(({ id }) => !along.has(id));
  const dependants = answer.closed.filter(({ id }) => along.has(id));
  return (
    <>
      <p>{texts.discard.intro}</p>
      <EntryNames entries={own} />
      {dependants.length > 0 && (
        <>
          <p>{texts.discard.dependants}</p>
          <EntryNames entries={dependants} />
        </>
      )}
      <p>{texts.discard.rows}</p>
      <RowsAfter rows={answer.rows} fields={Object.keys(entry.payload)} />
      {entry.sentAt !== null && <p className="sw-faint">{texts.discard.sentAlready}</p>}
    </>
  );
}
