// One entry in the list: two lines of the same height for all, so that a list of any length scrolls.

import type { Entry } from "@slipway/client";
import { memo } from "react";
import { useSnapshot, useSync } from "../context.js";
import { fieldName } from "../present/presentation.js";
import { outcomeSaid, SaidText } from "../present/said.js";
import { decisionOn } from "../store/decisions.js";
import { EntryActions } from "./entry-actions.js";
import { ChangesLine, EntryTime, EntryTitle, StatusIcon, WhyWords } from "./entry-words.js";
import { PendingWords } from "./pending-words.js";

interface EntryRowProps {
  entry: Entry;
  /** The one entry of the list that Tab goes to. */
  reachable: boolean;
  onOpen: (id: number) => void;
}

export const EntryRow = memo(function EntryRow({ entry, reachable, onOpen }: EntryRowProps) {
  const { decisions } = useSnapshot();
  const decision = decisionOn(decisions, entry);
  const tabIndex = reachable ? 0 : -1;
  return (
    <>
      <StatusIcon status={entry.status} />
      <div className="sw-row-words">
        <h4>
          <button
            type="button"
            className="sw-row-open"
            tabIndex={tabIndex}
            onClick={() => onOpen(entry.id)}
          >
            <EntryTitle entry={entry} known={entry.payload} />
          </button>
        </h4>
        <p className="sw-row-line">
          {decision === undefined ? (
            <SecondLine entry={entry} />
          ) : (
            <PendingWords decision={decision} />
          )}
        </p>
      </div>
      <EntryTime at={entry.createdAt} />
      <EntryActions entry={entry} decision={decision} tabIndex={tabIndex} compact />
    </>
  );
});

function SecondLine({ entry }: { entry: Entry }) {
  const { texts, present } = useSync();
  if (entry.status === "CONFLICT") {
    const names = (entry.conflict?.fields ?? []).map((field) =>
      fieldName(present, field, entry.entityType),
    );
    return (
      <>
        {texts.entry.why["conflict"]}
        {names.length > 0 && <> · {names.join(", ")}</>}
        {entry.holds > 0 && <> · {texts.entry.holds(entry.holds)}</>}
      </>
    );
  }
  if (entry.status === "ERROR") {
    const outcome = outcomeSaid(entry, texts);
    return (
      <>
        {outcome === null ? texts.entry.why["error"] : <SaidText said={outcome} />}
        {entry.holds > 0 && <> · {texts.entry.holds(entry.holds)}</>}
      </>
    );
  }
  return (
    <>
      {entry.why === null ? texts.entry.status[entry.status] : <WhyWords why={entry.why} />}
      {entry.op === "update" && " · "}
      <ChangesLine entry={entry} most={2} />
    </>
  );
}
