// What a decision would do, as the service's own dry run says: which entries go, which are written,
// and what this computer shows afterwards.

import type { CompactEntry, Decision, Values } from "@slipway/client";
import { useSync } from "../context.js";
import { entityName, fieldName, showsField } from "../present/presentation.js";
import { RowName, Value } from "../present/value.js";
import { EntryTitle } from "./entry-words.js";

const listed = 8;

export function EntryNames({ entries }: { entries: readonly CompactEntry[] }) {
  const { texts } = useSync();
  return (
    <ul className="sw-plain-list">
      {entries.slice(0, listed).map((entry) => (
        <li key={entry.id}>
          <EntryTitle entry={entry} /> <span className="sw-faint">#{entry.id}</span>
        </li>
      ))}
      {entries.length > listed && <li>… +{entries.length - listed}</li>}
      {entries.length === 0 && <li className="sw-faint">{texts.empty}</li>}
    </ul>
  );
}

/** The rows afterwards; of the entry's own row only the fields that it is about. */
export function RowsAfter({ rows, fields }: { rows: Decision["rows"]; fields: readonly string[] }) {
  const { present, texts } = useSync();
  return (
    <ul className="sw-plain-list">
      {rows.slice(0, listed).map((row) => (
        <li key={`${row.entityType} ${row.entityId}`}>
          {entityName(present, row.entityType)}{" "}
          <RowName
            entityType={row.entityType}
            entityId={row.entityId}
            {...(row.values === null ? {} : { known: row.values })}
          />{" "}
          {row.values === null ? (
            texts.discard.rowGone
          ) : (
            <FieldsAfter entityType={row.entityType} values={row.values} fields={fields} />
          )}
        </li>
      ))}
      {rows.length > listed && <li>… +{rows.length - listed}</li>}
    </ul>
  );
}

interface FieldsAfterProps {
  entityType: string;
  values: Values;
  fields: readonly string[];
}

function FieldsAfter({ entityType, values, fields }: FieldsAfterProps) {
  const { present, texts } = useSync();
  const shown = fields.filter((field) => field in values && showsField(present, field, entityType));
  if (shown.length === 0) return <>{texts.discard.rowSame}</>;
  return (
    <>
      {texts.discard.rowBack}{" "}
      {shown.map((field, index) => (
        <span key={field}>
          {index > 0 && ", "}
          <span className="sw-faint">{fieldName(present, field, entityType)}</span>{" "}
          <Value entityType={entityType} field={field} value={values[field]} values={values} />
        </span>
      ))}
    </>
  );
}
