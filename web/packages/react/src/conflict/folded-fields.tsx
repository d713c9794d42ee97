// What is not in question, folded away: the user's other changes, and the rest of the row.

import type { EntryDetail, Values } from "@slipway/client";
import { useSync } from "../context.js";
import { fieldName, showsField } from "../present/presentation.js";
import { Value } from "../present/value.js";
import type { Contest } from "./contest.js";

export function FoldedFields({ entry, contest }: { entry: EntryDetail; contest: Contest }) {
  const { texts, present } = useSync();
  const shown = (field: string) => showsField(present, field, entry.entityType);
  const also = contest.alsoWritten.filter(shown);
  const rest = contest.unchanged.filter(shown);
  return (
    <>
      {also.length > 0 && (
        <details className="sw-folded">
          <summary>{texts.conflict.alsoYours(also.length)}</summary>
          <FieldList entityType={entry.entityType} fields={also} values={contest.local} />
        </details>
      )}
      {rest.length > 0 && (
        <details className="sw-folded">
          <summary>{texts.conflict.unchanged(rest.length)}</summary>
          <FieldList entityType={entry.entityType} fields={rest} values={contest.server ?? {}} />
        </details>
      )}
    </>
  );
}

interface FieldListProps {
  entityType: string;
  fields: readonly string[];
  values: Values;
}

function FieldList({ entityType, fields, values }: FieldListProps) {
  const { present } = useSync();
  return (
    <dl className="sw-fields">
      {fields.map((field) => (
        <div key={field}>
          <dt>{fieldName(present, field, entityType)}</dt>
          <dd>
            <Value entityType={entityType} field={field} value={values[field]} values={values} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
