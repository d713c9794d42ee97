// A form's draft over a stored row that may move while the form is open.

import type { Json, Values } from "@slipway/client";
import { useState } from "react";
import { changedFields, equal, rebase } from "../freight/diff";
import type { InvoiceLine } from "../freight/entities";

export interface Stored {
  values: Values;
  lines: InvoiceLine[];
}

export interface Draft {
  base: Stored;
  values: Values;
  lines: InvoiceLine[];
  /** Touched fields that changed elsewhere meanwhile. */
  contested: string[];
  changes: number;
  setValue: (name: string, value: Json) => void;
  setLines: (lines: InvoiceLine[]) => void;
  takeTheirs: (name: string) => void;
}

interface State {
  base: Stored;
  values: Values;
  lines: InvoiceLine[];
  contested: string[];
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function moved(state: State, fresh: Stored): State {
  const { draft, contested } = rebase(state.base.values, state.values, fresh.values);
  const linesTouched = !same(state.lines, state.base.lines);
  return {
    base: fresh,
    values: draft,
    lines: linesTouched ? state.lines : fresh.lines,
    contested: [...new Set([...state.contested, ...contested])].filter(
      (name) => !equal(draft[name], fresh.values[name]),
    ),
  };
}

export function useDraft(stored: Stored): Draft {
  const [state, setState] = useState<State>(() => ({
    base: stored,
    values: stored.values,
    lines: stored.lines,
    contested: [],
  }));
  let current = state;
  if (!same(stored, state.base)) {
    current = moved(state, stored); // adjusting state while rendering, as React allows
    setState(current);
  }
  const change = (part: Partial<State>) => setState((old) => ({ ...old, ...part }));
  const linesChanged = same(current.lines, current.base.lines) ? 0 : 1;
  return {
    ...current,
    changes: Object.keys(changedFields(current.base.values, current.values)).length + linesChanged,
    setValue: (name, value) =>
      setState((old) => ({ ...old, values: { ...old.values, [name]: value } })),
    setLines: (lines) => change({ lines }),
    takeTheirs: (name) =>
      setState((old) => ({
        ...old,
        values: { ...old.values, [name]: old.base.values[name] ?? null },
        contested: old.contested.filter((other) => other !== name),
      })),
  };
}
