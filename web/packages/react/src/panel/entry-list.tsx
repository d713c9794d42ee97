// The sections below each other in one list of any length: only what is seen is drawn and read.
// One stop for Tab; arrows, Home, End and the page keys move within; Enter opens, Delete discards.

import {
  defaultRangeExtractor,
  type Range,
  useVirtualizer,
  type VirtualItem,
} from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { possible } from "./entry-actions.js";
import { entryAfter, stepOf } from "./list-keys.js";
import { ListSection } from "./list-section.js";
import { usePanelDialogs } from "./panel-dialogs.js";
import type { QueueWindow } from "./queue-window.js";
import { type Layout, layoutOf, type Line, type SectionName } from "./sections.js";
import { useRem } from "./use-rem.js";

const heights: Record<Line["kind"], number> = { header: 2.5, entry: 4.25, nothing: 3.5 }; // rem
const overscan = 6;

export type Windows = Record<SectionName, QueueWindow>;

interface EntryListProps {
  windows: Windows;
  sections: readonly SectionName[];
  isFiltered: boolean;
  onOpen: (id: number) => void;
}

export function EntryList({ windows, sections, isFiltered, onOpen }: EntryListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rem = useRem();
  const layout = layoutOf(
    sections.map((section) => ({ section, total: windows[section].total() })),
  );
  const [focused, setFocused] = useState(0);
  const reachable = entryAfter(layout, Math.min(focused, layout.count - 1), 0) ?? 0;
  const list = useVirtualizer({
    count: layout.count,
    getScrollElement: () => scroller.current,
    estimateSize: (line) => rem * heights[layout.lineAt(line).kind],
    overscan,
    rangeExtractor: useRangeWith(reachable),
    useFlushSync: false,
  });
  const shape = sections.map((section) => `${section} ${windows[section].total()}`).join();
  useLayoutEffect(() => list.measure(), [list, shape, rem]);

  const lines = list.getVirtualItems();
  useLook(layout, windows, sections, list.range);
  const focusLine = useFocusLine(scroller, (line) => {
    setFocused(line);
    list.scrollToIndex(line, { align: "auto" });
  });
  const onKeyDown = useListKeys(layout, windows, scroller, rem, focusLine);

  return (
    <div className="sw-list" ref={scroller} onKeyDown={onKeyDown}>
      <div className="sw-list-all" style={{ height: list.getTotalSize() }}>
        {sections.map((section) => (
          <ListSection
            key={section}
            section={section}
            window={windows[section]}
            lines={linesOf(section, layout, lines)}
            reachable={reachable}
            isFiltered={isFiltered}
            onOpen={onOpen}
            onFocus={setFocused}
          />
        ))}
      </div>
    </div>
  );
}

export interface PlacedLine {
  line: Line;
  item: VirtualItem;
}

function linesOf(section: SectionName, layout: Layout, items: VirtualItem[]): PlacedLine[] {
  return items
    .map((item) => ({ item, line: layout.lineAt(item.index) }))
    .filter(({ line }) => line.section === section);
}

/** The entry that has the focus stays drawn, wherever one scrolls: else the focus would be lost. */
function useRangeWith(kept: number) {
  return useCallback(
    (range: Range) => {
      const lines = new Set([...defaultRangeExtractor(range), Math.min(kept, range.count - 1)]);
      return [...lines].sort((a, b) => a - b);
    },
    [kept],
  );
}

/** Tells the windows which of their entries are on the screen. */
function useLook(
  layout: Layout,
  windows: Windows,
  sections: readonly SectionName[],
  range: { startIndex: number; endIndex: number } | null,
): void {
  const first = (range?.startIndex ?? 0) - overscan;
  const last = (range?.endIndex ?? 0) + overscan;
  useEffect(() => {
    for (const section of sections) {
      const seen = layout.entriesBetween(section, first, last);
      if (seen !== null) windows[section].look(seen.first, seen.last);
    }
  });
}

/** Moves the focus to a line that may have to be scrolled to and drawn first. */
function useFocusLine(scroller: RefObject<HTMLDivElement | null>, show: (line: number) => void) {
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector(`[data-line="${wanted.current}"] .sw-row-open`);
    if (!(row instanceof HTMLElement)) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });
  return (line: number) => {
    wanted.current = line;
    show(line);
  };
}

function useListKeys(
  layout: Layout,
  windows: Windows,
  scroller: RefObject<HTMLDivElement | null>,
  rem: number,
  focusLine: (line: number) => void,
) {
  const dialogs = usePanelDialogs();
  return (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest<HTMLElement>("[data-line]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const line = Number(row.dataset["line"]);
    if (event.key === "Delete") {
      const { section, kind, ...rest } = layout.lineAt(line);
      const entry = "index" in rest ? windows[section].entry(rest.index) : undefined;
      if (kind === "entry" && entry !== undefined && possible(entry).discard) {
        dialogs.discard(entry);
      }
      return;
    }
    const onScreen = Math.floor((scroller.current?.clientHeight ?? 0) / (rem * heights.entry));
    const step = stepOf(event.key, onScreen);
    const next = step === null ? null : entryAfter(layout, line, step);
    if (next === null) return;
    event.preventDefault();
    focusLine(next);
  };
}
