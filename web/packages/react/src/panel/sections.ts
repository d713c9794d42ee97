// How the panel's sections lie one below the other in one long list. Pure.

export const sectionNames = ["needs-you", "waiting", "recent"] as const;
export type SectionName = (typeof sectionNames)[number];

/** One line of the list. */
export type Line =
  | { kind: "header"; section: SectionName }
  | { kind: "entry"; section: SectionName; index: number }
  | { kind: "nothing"; section: SectionName };

export interface Layout {
  count: number;
  lineAt: (line: number) => Line;
  /** Where a section's header lies; null: it is not shown. */
  headerOf: (section: SectionName) => number | null;
  /** Which entries of a section lie between two lines, both included; null: none. */
  entriesBetween: (
    section: SectionName,
    first: number,
    last: number,
  ) => { first: number; last: number } | null;
}

export interface SectionSize {
  section: SectionName;
  /** null: not known yet. */
  total: number | null;
}

/** A section without entries is a header and a sentence. */
export function layoutOf(sizes: readonly SectionSize[]): Layout {
  const parts: { section: SectionName; total: number; start: number }[] = [];
  let count = 0;
  for (const { section, total } of sizes) {
    parts.push({ section, total: total ?? 0, start: count });
    count += 1 + Math.max(1, total ?? 0);
  }
  const partOf = (section: SectionName) => parts.find((part) => part.section === section);
  return {
    count,
    lineAt: (line) => {
      const part = parts.findLast(({ start }) => start <= line);
      if (part === undefined) throw new Error(`The list has no line ${line}`);
      const { section, start, total } = part;
      if (line === start) return { kind: "header", section };
      if (total === 0) return { kind: "nothing", section };
      return { kind: "entry", section, index: line - start - 1 };
    },
    headerOf: (section) => partOf(section)?.start ?? null,
    entriesBetween: (section, first, last) => {
      const part = partOf(section);
      if (part === undefined) return null;
      const from = Math.max(first - part.start - 1, 0);
      const to = Math.min(last - part.start - 1, part.total - 1);
      return from <= to ? { first: from, last: to } : null;
    },
  };
}
