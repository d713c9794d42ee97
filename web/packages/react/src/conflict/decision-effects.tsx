// What else a decision does, by the service's dry run: what goes along, what is sent again, what this
// computer shows afterwards.

import type { Decision, EntryDetail } from "@slipway/client";
import { useSync } from "../context.js";
import { EntryNames, RowsAfter } from "../panel/decision-preview.js";

export function DecisionEffects({ entry, answer }: { entry: EntryDetail; answer: Decision }) {
  const { texts } = useSync();
  const dependants = answer.closed.filter(({ id }) => answer.dependants.includes(id));
  const mates = Math.max(0, answer.appended.length - 1);
  return (
    <div className="sw-effects">
      {dependants.length > 0 && (
        <>
          <p className="sw-bad">{texts.conflict.alsoGoes(dependants.length)}</p>
          <EntryNames entries={dependants} />
        </>
      )}
      {mates > 0 && <p>{texts.conflict.groupMates(mates)}</p>}
      <p>{texts.discard.rows}</p>
      <RowsAfter rows={answer.rows} fields={Object.keys(entry.payload)} />
    </div>
  );
}
