// A section of the list: its heading, and those of its entries that are on the screen.

import { useId } from "react";
import { useSync } from "../context.js";
import { useSnapshot } from "../context.js";
import { Button } from "../ui/button.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import type { PlacedLine } from "./entry-list.js";
import { EntryRow } from "./entry-row.js";
import { usePanelDialogs } from "./panel-dialogs.js";
import type { QueueWindow } from "./queue-window.js";
import type { SectionName } from "./sections.js";

interface ListSectionProps {
  section: SectionName;
  window: QueueWindow;
  lines: PlacedLine[];
  reachable: number;
  isFiltered: boolean;
  onOpen: (id: number) => void;
  onFocus: (line: number) => void;
}

export function ListSection(props: ListSectionProps) {
  const { section, window, lines, reachable, isFiltered, onOpen, onFocus } = props;
  const { texts } = useSync();
  const titleId = useId();
  const total = window.total();
  const header = lines.find(({ line }) => line.kind === "header");
  const nothing = lines.find(({ line }) => line.kind === "nothing");
  return (
    <section
      className={`sw-section sw-section-${section}`}
      aria-label={texts.panel.sections[section]}
    >
      {header && (
        <div className="sw-section-head" style={placed(header)}>
          <h3 id={titleId}>
            {texts.panel.sections[section]} {total !== null && total > 0 && <Count value={total} />}
          </h3>
          {section === "needs-you" && <RetryAllButton />}
        </div>
      )}
      {nothing && (
        <div className="sw-nothing" style={placed(nothing)}>
          <NothingWords section={section} window={window} isFiltered={isFiltered} />
        </div>
      )}
      <ul>
        {lines.map((placedLine) => {
          const { line, item } = placedLine;
          if (line.kind !== "entry") return null;
          const entry = window.entry(line.index);
          return (
            <li
              key={entry?.id ?? `line ${line.index}`}
              className={`sw-row ${entry === undefined ? "" : `sw-row-${entry.status.toLowerCase()}`}`}
              style={placed(placedLine)}
              data-line={item.index}
              data-entry={entry?.id}
              aria-setsize={total ?? -1}
              aria-posinset={line.index + 1}
              onFocus={() => onFocus(item.index)}
            >
              {entry === undefined ? (
                <Skeleton lines={2} />
              ) : (
                <EntryRow entry={entry} reachable={item.index === reachable} onOpen={onOpen} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function placed({ item }: PlacedLine) {
  return { height: item.size, transform: `translateY(${item.start}px)` };
}

function Count({ value }: { value: number }) {
  const { locale } = useSync();
  return <span className="sw-count">{new Intl.NumberFormat(locale).format(value)}</span>;
}

function NothingWords({
  section,
  window,
  isFiltered,
}: Pick<ListSectionProps, "section" | "window" | "isFiltered">) {
  const { texts } = useSync();
  const { status } = useSnapshot();
  const problem = window.problem();
  if (problem !== null) return <ProblemLine problem={problem} />;
  if (window.total() === null) return <Skeleton lines={2} />;
  const { nothing } = texts.panel;
  if (isFiltered) return <p>{nothing.filtered}</p>;
  const isAllSent = section !== "waiting" || (status?.needsYou ?? 0) === 0;
  return <p>{isAllSent ? nothing[section] : nothing.waitingButParked}</p>;
}

/** Only where there is something that can be tried again without a decision. */
function RetryAllButton() {
  const { status } = useSnapshot();
  const { texts } = useSync();
  const dialogs = usePanelDialogs();
  if ((status?.counts.ERROR ?? 0) === 0) return null;
  return (
    <Button look="ghost" onClick={dialogs.retryAll}>
      {texts.panel.retryAll}
    </Button>
  );
}
