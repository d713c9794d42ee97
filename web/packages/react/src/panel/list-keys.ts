// Moving through the list by keyboard: where a key leads. Pure.

import type { Layout } from "./sections.js";

/** How many lines a key moves; null: it is no key of ours. */
export function stepOf(key: string, linesOnScreen: number): number | null {
  const page = Math.max(1, linesOnScreen - 1);
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    End: Number.POSITIVE_INFINITY,
    Home: Number.NEGATIVE_INFINITY,
  };
  return steps[key] ?? null;
}

/** The entry that lies `step` lines from `line`, or the nearest one on the way back; null: none. */
export function entryAfter(layout: Layout, line: number, step: number): number | null {
  const wanted = Math.min(Math.max(line + step, 0), layout.count - 1);
  const forward = step > 0 ? 1 : -1;
  return searched(layout, wanted, forward) ?? searched(layout, wanted, -forward);
}

function searched(layout: Layout, from: number, direction: number): number | null {
  for (let line = from; line >= 0 && line < layout.count; line += direction) {
    if (layout.lineAt(line).kind === "entry") return line;
  }
  return null;
}
