// It took effect, a person says; and other changes wait for the row. They can go out only under the id
// that the row was given there, which nobody but that person can look up.

import { asProblem, type Entry, type SyncProblem } from "@slipway/client";
import { useState } from "react";
import { useSync } from "../context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ProblemLine } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";

export function WhichIdDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { client, texts } = useSync();
  const toast = useToast();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<SyncProblem | null>(null);
  const words = texts.outcome.whichId;
  const isReady = !busy && text.trim() !== "";
  const say = () => {
    setBusy(true);
    client.sayOutcome(entry.id, true, { cloudId: idIn(text.trim()) }).then(
      () => {
        toast({ text: texts.outcome.done });
        onClose();
      },
      (error: unknown) => {
        setFailed(asProblem(error));
        setBusy(false);
      },
    );
  };
  return (
    <Dialog
      title={words.title}
      onClose={onClose}
      onSubmit={isReady ? say : undefined}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" type="submit" disabled={!isReady}>
            {texts.outcome.happened}
          </Button>
        </>
      }
    >
      <p>{words.intro}</p>
      <label>
        {words.label}
        <input
          className="sw-input"
          type="text"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {failed !== null && <ProblemLine problem={failed} />}
    </Dialog>
  );
}

/** A number where it is one: APIs that count their rows have numbers for ids. In quotes it is a text. */
function idIn(text: string): string | number {
  const quoted = /^"(.+)"$/.exec(text);
  if (quoted?.[1] !== undefined) return quoted[1];
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
}
