// "Try all again": everything that was refused, each as it is. Shows first what that is; goes one by
// one, with progress, and can be stopped in between.

import type { Entry } from "@slipway/client";
import { useRef, useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useLoaded } from "../hooks/use-loaded.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { EntryNames } from "./decision-preview.js";

const readAtOnce = 1000; // the service's own limit of a page

interface Progress {
  done: number;
  failed: number;
  total: number;
}

export function RetryAllDialog({ onClose }: { onClose: () => void }) {
  const { client, texts } = useSync();
  const { status } = useSnapshot();
  const toast = useToast();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopped = useRef(false);
  const refused = useLoaded(
    (signal) => client.queue({ status: ["ERROR"], limit: readAtOnce }, { signal }),
    [client],
    0, // what was shown is what is tried; the list does not change under the question
  );
  const entries = refused.data?.entries ?? [];
  const total = entries.length;

  const run = async () => {
    let state: Progress = { done: 0, failed: 0, total };
    setProgress(state);
    for (const entry of oldestFirst(entries)) {
      if (stopped.current) break;
      const failed = await client.retry(entry.id).then(
        () => 0,
        () => 1, // its reason stands beside the entry, which is still there
      );
      state = { ...state, done: state.done + 1, failed: state.failed + failed };
      setProgress(state);
    }
    const tried = state.done - state.failed;
    toast({ text: texts.retry.allDone(tried) });
    if (state.failed > 0) toast({ text: texts.retry.allFailed(state.failed), tone: "bad" });
    onClose();
  };
  const close = () => {
    stopped.current = true;
    if (progress === null) onClose();
  };
  const conflicts = status?.counts.CONFLICT ?? 0;
  return (
    <Dialog
      title={texts.retry.allTitle(refused.data?.total ?? 0)}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{progress === null ? texts.cancel : texts.retry.stop}</Button>
          <Button
            look="primary"
            disabled={progress !== null || total === 0}
            onClick={() => void run()}
          >
            {texts.retry.allConfirm}
          </Button>
        </>
      }
    >
      {refused.problem !== null && <ProblemLine problem={refused.problem} />}
      {refused.data === null && refused.problem === null && <Skeleton lines={3} />}
      <p>{texts.retry.allText}</p>
      <EntryNames entries={entries} />
      {conflicts > 0 && <p className="sw-faint">{texts.retry.conflictsStay(conflicts)}</p>}
      {progress !== null && (
        <div className="sw-progress">
          <progress
            aria-label={texts.retry.allProgress(progress.done, progress.total)}
            max={progress.total}
            value={progress.done}
          />
          <p>{texts.retry.allProgress(progress.done, progress.total)}</p>
        </div>
      )}
    </Dialog>
  );
}

/** A retried entry may wait for an older one. */
function oldestFirst(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => a.id - b.id);
}
