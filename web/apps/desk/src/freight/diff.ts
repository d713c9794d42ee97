// What a form changed, and what happens to a form when the row moves underneath it. Pure.

import type { Json, Values } from "@slipway/client";

export function equal(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** The fields of `draft` whose value differs from `base`: exactly what an update may carry. */
export function changedFields(base: Values, draft: Values): Values {
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => !equal(value, base[name])),
  );
}

export interface Rebased {
  draft: Values;
  /** Fields that both the user and somebody else changed, to different values. */
  contested: string[];
}

/**
 * The row changed from `base` to `fresh` while the form was open. Untouched fields take the new
 * value; touched ones keep what the user typed and are named, so that nothing is overwritten
 * unseen.
 */
export function rebase(base: Values, draft: Values, fresh: Values): Rebased {
  const result: Values = {};
  const contested: string[] = [];
  for (const [name, mine] of Object.entries(draft)) {
    const theirs = fresh[name] ?? null;
    const touched = !equal(mine, base[name]);
    result[name] = touched ? mine : theirs;
    if (touched && !equal(theirs, base[name]) && !equal(theirs, mine)) contested.push(name);
  }
  return { draft: result, contested };
}
