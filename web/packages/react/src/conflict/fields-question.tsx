// Field by field: pick a side, take a suggestion or type a value; see the result; send it.

import { asProblem, type EntryDetail, type SyncProblem } from "@slipway/client";
import { type ReactNode, useEffect, useState } from "react";
import { useSync } from "../context.js";
import { useSettled } from "../hooks/use-time.js";
import { Button } from "../ui/button.js";
import { DialogContent } from "../ui/dialog.js";
import { Icon } from "../ui/icons.js";
import { ProblemLine } from "../ui/problem.js";
import {
  type Choice,
  type Choices,
  type Contest,
  isPreset,
  nothingLeft,
  type Preset,
  preset,
  presetOf,
  resolutionOf,
  undecided,
} from "./contest.js";
import { ConflictStory, WhoAndWhen } from "./conflict-story.js";
import { FieldChoice } from "./field-choice.js";
import { FoldedFields } from "./folded-fields.js";
import { useDecide } from "./use-decide.js";

const dryRunAfterMs = 200; // the choices stand still for so long before the service is asked

interface FieldsQuestionProps {
  entry: EntryDetail;
  contest: Contest;
  title: ReactNode;
  /** It has changed while it was being looked at. */
  isNewer: boolean;
  onClose: () => void;
}

export function FieldsQuestion({ entry, contest, title, isNewer, onClose }: FieldsQuestionProps) {
  const { client, texts } = useSync();
  const decide = useDecide(entry);
  const [choices, setChoices] = useState<Choices>({});
  const [invalid, setInvalid] = useState<ReadonlySet<string>>(new Set());
  const left = undecided(contest, choices).length;
  const isComplete = left === 0 && invalid.size === 0;
  const check = useCheck(entry, contest, choices, isComplete);
  const isReady = isComplete && check === "fine";

  const choose = (field: string, choice: Choice | null) => {
    setInvalid((old) => {
      const fresh = new Set(old);
      if (choice === null) fresh.add(field);
      else fresh.delete(field);
      return fresh;
    });
    if (choice !== null) setChoices((old) => ({ ...old, [field]: choice }));
  };
  const takePreset = (kind: Preset) => {
    setInvalid(new Set());
    setChoices((old) => preset(contest, kind, old));
  };
  const send = () => {
    if (!isReady) return;
    const resolution = { ...resolutionOf(contest, choices), withDependants: true };
    decide(texts.conflict.decided[presetOf(contest, choices)], (options) =>
      client.resolve(entry.id, resolution, options),
    );
    onClose();
  };
  return (
    <DialogContent
      title={title}
      onSubmit={send}
      actions={
        <>
          <p className="sw-workbench-state" role="status">
            {left > 0 && texts.conflict.undecidedLeft(left)}
            {isComplete && check === "asking" && texts.conflict.checking}
          </p>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="primary" type="submit" disabled={!isReady} title={texts.conflict.sendHint}>
            {texts.conflict.send}
          </Button>
        </>
      }
    >
      <ConflictStory contest={contest} isNewer={isNewer} />
      <Presets contest={contest} choices={choices} onPreset={takePreset} />
      <div className="sw-fields-question">
        <div className="sw-columns" aria-hidden="true">
          <span />
          <span>{texts.conflict.before}</span>
          <span>{texts.conflict.yours}</span>
          <span>
            {texts.conflict.cloud}
            <small>
              <WhoAndWhen contest={contest} />
            </small>
          </span>
          <span>{texts.conflict.result}</span>
        </div>
        {contest.contested.map((field) => (
          <FieldChoice
            key={field.field}
            entry={entry}
            contest={contest}
            contested={field}
            choice={choices[field.field]}
            onChoose={(choice) => choose(field.field, choice)}
          />
        ))}
      </div>
      <FoldedFields entry={entry} contest={contest} />
      {nothingLeft(contest, choices) && (
        <p className="sw-note">
          <Icon name="alert" size={16} /> {texts.conflict.nothingLeft}
        </p>
      )}
      {isComplete && typeof check === "object" && <ProblemLine problem={check} />}
    </DialogContent>
  );
}

interface PresetsProps {
  contest: Contest;
  choices: Choices;
  onPreset: (kind: Preset) => void;
}

function Presets({ contest, choices, onPreset }: PresetsProps) {
  const { texts } = useSync();
  const canMerge = contest.contested.some(({ suggestion }) => suggestion !== null);
  return (
    <div className="sw-presets">
      <Button aria-pressed={isPreset(contest, "mine", choices)} onClick={() => onPreset("mine")}>
        {texts.conflict.keepMine}
      </Button>
      <Button
        aria-pressed={isPreset(contest, "theirs", choices)}
        onClick={() => onPreset("theirs")}
      >
        {texts.conflict.takeTheirs}
      </Button>
      {canMerge && (
        <Button
          aria-pressed={isPreset(contest, "merged", choices)}
          title={texts.conflict.mergeHint}
          onClick={() => onPreset("merged")}
        >
          {texts.conflict.merge}
        </Button>
      )}
    </div>
  );
}

/** What the service says to these choices, before they are sent. */
function useCheck(
  entry: EntryDetail,
  contest: Contest,
  choices: Choices,
  isComplete: boolean,
): "asking" | "fine" | SyncProblem {
  const { client } = useSync();
  const resolution = JSON.stringify({ ...resolutionOf(contest, choices), withDependants: true });
  const settled = useSettled(resolution, dryRunAfterMs);
  const [answer, setAnswer] = useState<{ to: string; says: "fine" | SyncProblem } | null>(null);
  useEffect(() => {
    if (!isComplete) return;
    const abort = new AbortController();
    const asked = JSON.parse(settled) as Parameters<typeof client.resolve>[1];
    client.resolve(entry.id, asked, { dryRun: true, signal: abort.signal }).then(
      () => setAnswer({ to: settled, says: "fine" }),
      (error: unknown) => {
        if (!abort.signal.aborted) setAnswer({ to: settled, says: asProblem(error) });
      },
    );
    return () => abort.abort();
  }, [client, entry.id, isComplete, settled]);
  return answer?.to === resolution ? answer.says : "asking";
}
