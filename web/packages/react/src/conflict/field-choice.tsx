// One contested field: three sides, a suggestion where there is one, or a value of one's own. A group of
// radio buttons, so that the arrow keys choose and Tab goes on to the next field.

import type { EntryDetail, Json } from "@slipway/client";
import { type ReactNode, useId } from "react";
import { useSnapshot, useSync } from "../context.js";
import { fieldName, typeOfField } from "../present/presentation.js";
import { Value } from "../present/value.js";
import {
  type Choice,
  chosenValue,
  type Contest,
  type ContestedField,
  type Side,
} from "./contest.js";
import { OwnValue } from "./own-value.js";

interface FieldChoiceProps {
  entry: EntryDetail;
  contest: Contest;
  contested: ContestedField;
  choice: Choice | undefined;
  /** null: what was typed is no value for this field. */
  onChoose: (choice: Choice | null) => void;
}

export function FieldChoice({ entry, contest, contested, choice, onChoose }: FieldChoiceProps) {
  const { texts, present } = useSync();
  const { capabilities } = useSnapshot();
  const { field, suggestion } = contested;
  const { entityType } = entry;
  const type = typeOfField(capabilities, entityType, field);
  const label = fieldName(present, field, entityType);
  const group = useId();
  const result = chosenValue(contested, choice);
  const shown = (value: Json, values: Contest["base"] | null) => (
    <Value entityType={entityType} field={field} value={value} values={values ?? {}} />
  );
  const side = (name: Side, title: string, values: Contest["base"] | null) => (
    <Pick
      group={group}
      title={title}
      isChosen={choice?.side === name}
      onPick={() => onChoose({ side: name })}
    >
      {shown(contested[name], values)}
    </Pick>
  );
  return (
    <fieldset className="sw-field-choice">
      <legend>{label}</legend>
      {side("base", texts.conflict.before, contest.base)}
      {side("local", texts.conflict.yours, contest.local)}
      {side("server", texts.conflict.cloud, contest.server)}
      <div className="sw-result" data-label={texts.conflict.result}>
        {result === undefined ? (
          <span className="sw-faint">{texts.conflict.undecided}</span>
        ) : (
          <strong>{shown(result, contest.local)}</strong>
        )}
      </div>
      <div className="sw-more-choices">
        {suggestion !== null && (
          <Pick
            group={group}
            title={texts.conflict.suggestion}
            isChosen={choice?.side === "suggestion"}
            onPick={() => onChoose({ side: "suggestion" })}
          >
            {shown(suggestion.value, contest.local)}{" "}
            <small>({texts.conflict.suggestions[suggestion.kind]})</small>
          </Pick>
        )}
        {type !== "blob" && (
          <OwnValue
            group={group}
            label={label}
            type={type}
            startsAs={contested.local}
            isChosen={choice?.side === "other"}
            onChoose={onChoose}
          />
        )}
      </div>
    </fieldset>
  );
}

interface PickProps {
  group: string;
  title: string;
  isChosen: boolean;
  onPick: () => void;
  children: ReactNode;
}

export function Pick({ group, title, isChosen, onPick, children }: PickProps) {
  return (
    <label className={`sw-pick${isChosen ? " sw-chosen" : ""}`}>
      <input type="radio" name={group} checked={isChosen} onChange={onPick} />
      <span className="sw-pick-title">{title}</span>{" "}
      <span className="sw-pick-value">{children}</span>
    </label>
  );
}
