// "Other value": a radio button with an input, chosen by typing into it.

import type { FieldType, Json } from "@slipway/client";
import { useState } from "react";
import { useSync } from "../context.js";
import type { Choice } from "./contest.js";
import { typedOf, valueOf } from "./typed-value.js";

const longText = 60; // characters; from here on a line is too narrow

interface OwnValueProps {
  group: string;
  label: string;
  type: FieldType | null;
  startsAs: Json;
  isChosen: boolean;
  onChoose: (choice: Choice | null) => void;
}

export function OwnValue({ group, label, type, startsAs, isChosen, onChoose }: OwnValueProps) {
  const { texts } = useSync();
  const [text, setText] = useState(() => typedOf(startsAs, type));
  const typed = valueOf(text, type);
  const take = (fresh: string) => {
    setText(fresh);
    const value = valueOf(fresh, type);
    onChoose(value.ok ? { side: "other", value: value.value } : null);
  };
  const common = {
    className: "sw-input",
    "aria-label": texts.conflict.otherFor(label),
    "aria-invalid": !typed.ok,
    value: text,
    dir: "auto" as const,
  };
  return (
    <div className={`sw-pick sw-pick-own${isChosen ? " sw-chosen" : ""}`}>
      <label>
        <input type="radio" name={group} checked={isChosen} onChange={() => take(text)} />
        <span className="sw-pick-title">{texts.conflict.other}</span>
      </label>
      {!isChosen ? null : type === "boolean" ? (
        <select {...common} onChange={(event) => take(event.target.value)}>
          <option value="true">{texts.yes}</option>
          <option value="false">{texts.no}</option>
        </select>
      ) : text.length > longText || text.includes("\n") ? (
        <textarea {...common} rows={3} onChange={(event) => take(event.target.value)} />
      ) : (
        <input
          {...common}
          type="text"
          inputMode={type === "integer" || type === "real" ? "decimal" : "text"}
          onChange={(event) => take(event.target.value)}
        />
      )}
    </div>
  );
}
