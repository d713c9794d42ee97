// One part of the panel: its entries, newest first, with "Show more".

import { useState } from "react";
import { useLoaded, useSnapshot, useSync } from "../sync/context";
import { texts } from "../texts";
import { Button } from "../ui/button";
import { ProblemLine } from "../ui/states";
import { EntryCard } from "./entry-card";

const pageSize = 20;

interface EntrySectionProps {
  filter: "needs-you" | "waiting" | "recent";
  text: string;
}

const titles = {
  "needs-you": texts.panel.needsYou,
  waiting: texts.panel.waiting,
  recent: texts.panel.recent,
};
const emptyTexts = {
  "needs-you": null,
  waiting: texts.panel.nothingWaiting,
  recent: texts.panel.nothingRecent,
};

export function EntrySection({ filter, text }: EntrySectionProps) {
  const { client } = useSync();
  const { queueTick } = useSnapshot();
  const [limit, setLimit] = useState(pageSize);
  const { data, problem } = useLoaded(
    (signal) => client.queue({ filter, limit, ...(text === "" ? {} : { text }) }, { signal }),
    [filter, text, limit],
    queueTick,
  );
  const count = data?.total ?? 0;
  if (filter === "needs-you" && count === 0 && problem === null) return null;
  const titleId = `panel-${filter}`;
  return (
    <section className={`entries entries-${filter}`} aria-labelledby={titleId}>
      <h3 id={titleId}>
        {titles[filter]} {count > 0 && <span className="count">{count}</span>}
      </h3>
      {problem !== null && <ProblemLine problem={problem} />}
      {data !== null && count === 0 && <p className="faint">{emptyTexts[filter]}</p>}
      <ul>
        {data?.entries.map((entry) => (
          <li key={entry.id}>
            <EntryCard entry={entry} />
          </li>
        ))}
      </ul>
      {data !== null && data.entries.length < data.total && (
        <Button look="ghost" onClick={() => setLimit(limit + pageSize)}>
          {texts.panel.more}
        </Button>
      )}
    </section>
  );
}
