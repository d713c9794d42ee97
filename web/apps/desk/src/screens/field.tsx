// One field of a form: its label, its input by kind, its trouble.

import type { Json, Values } from "@slipway/client";
import { useId, useState } from "react";
import type { Field } from "../freight/entities";
import {
  gramsToInput,
  inputToGrams,
  inputToMinor,
  minorToInput,
  number,
  text,
  toStoredTime,
} from "../freight/format";
import { portName, ports } from "../freight/ports";
import { locale, texts, word } from "../texts";
import { directionOf } from "../ui/direction";
import { Icon } from "../ui/icons";
import { ReferenceInput } from "./reference-input";

interface FieldProps {
  field: Field;
  value: Json;
  row: Values;
  problem: string | null;
  /** What somebody else set meanwhile, in words; null: nothing. */
  theirs: string | null;
  onChange: (value: Json) => void;
  onTakeTheirs: () => void;
}

export function FieldRow(props: FieldProps) {
  const { field, problem, theirs } = props;
  const id = useId();
  const noteId = `${id}-note`;
  const describedBy = problem !== null || theirs !== null ? noteId : undefined;
  const input = <FieldInput {...props} id={id} describedBy={describedBy} />;
  const label = (
    <label htmlFor={id}>
      {word(field.name)}
      {field.required && <span aria-hidden="true"> *</span>}
    </label>
  );
  const isFlag = field.field.kind === "flag";
  return (
    <div className={`field ${field.wide ? "field-wide" : ""} ${isFlag ? "field-flag" : ""}`}>
      {isFlag ? (
        <>
          {input}
          {label}
        </>
      ) : (
        <>
          {label}
          {input}
        </>
      )}
      {problem !== null && (
        <p className="field-problem" id={noteId}>
          <Icon name="alert" size={14} /> {problem}
        </p>
      )}
      {problem === null && theirs !== null && (
        <p className="field-contested" id={noteId}>
          <Icon name="alert" size={14} />
          <span>
            {texts.form.contested(theirs)}{" "}
            <button type="button" className="link" onClick={props.onTakeTheirs}>
              {texts.form.takeTheirs}
            </button>
          </span>
        </p>
      )}
    </div>
  );
}

function FieldInput(props: FieldProps & { id: string; describedBy: string | undefined }) {
  const { field, value, id, problem, describedBy, onChange } = props;
  const kind = field.field;
  const common = {
    id,
    "aria-invalid": problem !== null,
    "aria-describedby": describedBy,
    "aria-required": field.required === true,
  };
  const emptyToNull = (typed: string) => onChange(typed === "" ? null : typed);
  switch (kind.kind) {
    case "text":
      return kind.long ? (
        <textarea
          {...common}
          rows={3}
          dir={directionOf(text(value))}
          value={text(value)}
          onChange={(e) => emptyToNull(e.target.value)}
        />
      ) : (
        <input
          {...common}
          type={kind.form === "email" ? "email" : "text"}
          dir={directionOf(text(value))}
          value={text(value)}
          onChange={(e) =>
            emptyToNull(kind.form === "country" ? e.target.value.toUpperCase() : e.target.value)
          }
        />
      );
    case "choice": {
      const known = kind.options.includes(text(value)) || text(value) === "";
      return (
        <select {...common} value={text(value)} onChange={(e) => emptyToNull(e.target.value)}>
          {kind.optional && <option value="">{texts.form.none}</option>}
          {!known && <option value={text(value)}>{word(text(value))}</option>}
          {kind.options.map((option) => (
            <option key={option} value={option}>
              {word(option)}
            </option>
          ))}
        </select>
      );
    }
    case "port":
      return <PortInput common={common} value={text(value)} onChange={emptyToNull} />;
    case "date":
      return (
        <input
          {...common}
          type="date"
          value={text(value).slice(0, 10)}
          onChange={(e) =>
            onChange(e.target.value === "" ? null : toStoredTime(new Date(e.target.value)))
          }
        />
      );
    case "flag":
      return (
        <input
          {...common}
          type="checkbox"
          checked={Boolean(value)}
          onChange={(e) => onChange(e.target.checked)}
        />
      );
    case "reference":
      return (
        <ReferenceInput
          id={id}
          entityType={kind.entityType}
          value={text(value)}
          required={field.required === true}
          invalid={problem !== null}
          describedBy={describedBy}
          onChange={onChange}
        />
      );
    case "count":
      return (
        <input
          {...common}
          type="number"
          min={kind.min}
          step={1}
          value={text(value)}
          onChange={(e) => onChange(e.target.value === "" ? null : Math.trunc(+e.target.value))}
        />
      );
    case "weight":
      return (
        <NumberText
          common={common}
          shown={value === null ? "" : gramsToInput(number(value), locale)}
          parse={inputToGrams}
          onChange={onChange}
        />
      );
    case "money": {
      const currency = text(props.row["currency"]) || "EUR";
      return (
        <span className="with-unit">
          <NumberText
            common={common}
            shown={value === null ? "" : minorToInput(number(value), currency, locale)}
            parse={(typed) => inputToMinor(typed, currency)}
            onChange={(minor) => onChange(minor ?? 0)}
          />
          <span className="unit">{currency}</span>
        </span>
      );
    }
  }
}

type Common = Record<string, string | boolean | undefined>;

interface NumberTextProps {
  common: Common;
  shown: string;
  parse: (typed: string) => number | null;
  onChange: (value: number | null) => void;
}

/**
 * Keeps what is typed while it is typed; on leaving, the stored value is written out again. What is no
 * amount stays as it is and says so: taking it back unseen would lose what was meant.
 */
export function NumberText({ common, shown, parse, onChange }: NumberTextProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && typed.trim() !== "" && parse(typed) === null;
  const wrongId = useId();
  return (
    <>
      <input
        {...common}
        className="numeric"
        inputMode="decimal"
        aria-invalid={wrong || common["aria-invalid"] === true}
        aria-describedby={wrong ? wrongId : common["aria-describedby"]?.toString()}
        value={typed ?? shown}
        onChange={(event) => {
          const next = event.target.value;
          setTyped(next);
          const value = parse(next);
          if (next.trim() === "") onChange(null);
          else if (value !== null) onChange(value);
        }}
        onBlur={() => {
          if (!wrong) setTyped(null);
        }}
      />
      {wrong && (
        <span className="field-problem" id={wrongId}>
          {texts.form.notAnAmount}
        </span>
      )}
    </>
  );
}

interface PortInputProps {
  common: Common;
  value: string;
  onChange: (code: string) => void;
}

/** A UN/LOCODE; a name that the desk knows is turned into its code. */
function PortInput({ common, value, onChange }: PortInputProps) {
  const listId = useId();
  const byName = (typed: string) =>
    Object.keys(ports).find((code) => portName(code).toLowerCase() === typed.trim().toLowerCase());
  return (
    <span className="with-unit">
      <input
        {...common}
        list={listId}
        autoComplete="off"
        placeholder={texts.form.portHint}
        value={value}
        onChange={(event) => {
          const typed = event.target.value;
          onChange(byName(typed) ?? (/^[a-z]{5}$/i.test(typed) ? typed.toUpperCase() : typed));
        }}
        onBlur={() => onChange(byName(value) ?? value.trim().toUpperCase())}
      />
      <span className="unit">{ports[value] ?? ""}</span>
      <datalist id={listId}>
        {Object.entries(ports).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </datalist>
    </span>
  );
}
