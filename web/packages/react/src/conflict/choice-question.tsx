// Conflicts that are one choice for the whole change: the row is gone, a deletion met a change, a
// reference is missing, a group mate is to blame.

import type { EntryDetail } from "@slipway/client";
import { type ReactNode, useState } from "react";
import { useSync } from "../context.js";
import { useLoaded } from "../hooks/use-loaded.js";
import { Button } from "../ui/button.js";
import { DialogContent } from "../ui/dialog.js";
import { ProblemLine } from "../ui/problem.js";
import { ConflictStory } from "./conflict-story.js";
import { Comparison } from "./comparison.js";
import type { Contest } from "./contest.js";
import { DecisionEffects } from "./decision-effects.js";
import { type Carry, useDecide } from "./use-decide.js";

interface QuestionProps {
  entry: EntryDetail;
  contest: Contest;
  title: ReactNode;
  /** It has changed while it was being looked at. */
  isNewer: boolean;
  onShow: (id: number) => void;
  onClose: () => void;
}

interface Option {
  key: string;
  label: string;
  text: string;
  decided: string;
  /** With dryRun: what it would do. */
  carryOut: (options: Parameters<Carry>[0] & { dryRun?: boolean }) => ReturnType<Carry>;
}

export function ChoiceQuestion(props: QuestionProps) {
  const { entry, contest, title, isNewer, onShow, onClose } = props;
  const { texts } = useSync();
  const decide = useDecide(entry);
  const options = useOptions(entry, contest);
  const [key, setKey] = useState<string | null>(null);
  const chosen = options.find((option) => option.key === key) ?? null;
  const preview = useLoaded(
    (signal) =>
      chosen === null ? Promise.resolve(null) : chosen.carryOut({ signal, dryRun: true }),
    [key],
    0,
  );
  const isReady = chosen !== null && preview.data !== null && preview.problem === null;
  const send = () => {
    if (chosen === null || !isReady) return;
    decide(chosen.decided, chosen.carryOut);
    onClose();
  };
  return (
    <DialogContent
      title={title}
      onSubmit={send}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" type="submit" disabled={!isReady}>
            {texts.conflict.send}
          </Button>
        </>
      }
    >
      <ConflictStory contest={contest} isNewer={isNewer} />
      {contest.question !== "group" && <Comparison entry={entry} contest={contest} />}
      {entry.culprit !== null && <Culprit id={entry.culprit} onShow={onShow} />}
      <fieldset className="sw-options">
        <legend className="sw-hidden">{texts.entry.decide}</legend>
        {options.map((option) => (
          <label key={option.key} className={option.key === key ? "sw-chosen" : undefined}>
            <input
              type="radio"
              name={`decision ${entry.id}`}
              checked={option.key === key}
              onChange={() => setKey(option.key)}
            />
            <span>
              <strong>{option.label}</strong>
              <small>{option.text}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {preview.problem !== null && <ProblemLine problem={preview.problem} />}
      {isReady && preview.data !== null && <DecisionEffects entry={entry} answer={preview.data} />}
    </DialogContent>
  );
}

function useOptions(entry: EntryDetail, contest: Contest): Option[] {
  const { client, texts } = useSync();
  const { choices, decided } = texts.conflict;
  const seen = contest.seen === null ? {} : { seen: contest.seen };
  const discard = (label: string, text: string): Option => ({
    key: "discard",
    label,
    text,
    decided: decided.discard,
    carryOut: (options) => client.discard(entry.id, { ...options, withDependants: true }),
  });
  const force = (label: string, text: string): Option => ({
    key: "force",
    label,
    text,
    decided: decided.mine,
    carryOut: (options) => client.force(entry.id, { ...options, ...seen }),
  });
  const again: Option = {
    key: "retry",
    label: choices.again,
    text: choices.againText,
    decided: decided.retry,
    carryOut: (options) => client.retry(entry.id, options),
  };
  switch (contest.question) {
    case "gone":
      return [
        force(choices.recreate, choices.recreateText),
        discard(choices.letGo, choices.letGoText),
      ];
    case "deletion":
      return [
        force(choices.deleteAnyway, choices.deleteAnywayText),
        discard(choices.keepRecord, choices.keepRecordText),
      ];
    default:
      return [again, discard(choices.discardAll, choices.discardAllText)];
  }
}

/** The group mate that could not be written: the decision is about that one. */
function Culprit({ id, onShow }: { id: number; onShow: (id: number) => void }) {
  const { texts } = useSync();
  return (
    <p>
      <Button icon="forward" onClick={() => onShow(id)}>
        {texts.conflict.choices.culprit}
      </Button>
    </p>
  );
}
