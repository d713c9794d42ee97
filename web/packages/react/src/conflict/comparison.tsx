// Both versions beside each other, without a choice: for conflicts that are decided as a whole.

import type { EntryDetail } from "@slipway/client";
import { useSync } from "../context.js";
import { fieldName, showsField } from "../present/presentation.js";
import { Value } from "../present/value.js";
import type { Contest } from "./contest.js";
import { WhoAndWhen } from "./conflict-story.js";

const rowsMax = 12;

export function Comparison({ entry, contest }: { entry: EntryDetail; contest: Contest }) {
  const { texts, present } = useSync();
  const { entityType, op } = entry;
  const { base, local, server } = contest;
  const touched = op === "delete" ? Object.keys(base) : Object.keys(local);
  const differs = (field: string) =>
    op !== "delete" || JSON.stringify(base[field]) !== JSON.stringify(server?.[field] ?? null);
  const fields = touched
    .filter((field) => showsField(present, field, entityType) && differs(field))
    .slice(0, rowsMax);
  if (fields.length === 0) return null;
  const value = (field: string, values: typeof base | null) =>
    values === null ? (
      <span className="sw-faint">{texts.conflict.deleted}</span>
    ) : (
      <Value entityType={entityType} field={field} value={values[field]} values={values} />
    );
  return (
    <table className="sw-comparison">
      <thead>
        <tr>
          <th scope="col">
            <span className="sw-hidden">{texts.entry.changes}</span>
          </th>
          <th scope="col">{texts.conflict.before}</th>
          <th scope="col">{texts.conflict.yours}</th>
          <th scope="col">
            {texts.conflict.cloud}
            <small>
              <WhoAndWhen contest={contest} />
            </small>
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field}>
            <th scope="row">{fieldName(present, field, entityType)}</th>
            <td data-label={texts.conflict.before}>{value(field, base)}</td>
            <td data-label={texts.conflict.yours}>
              {value(field, op === "delete" ? null : local)}
            </td>
            <td data-label={texts.conflict.cloud}>{value(field, server)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
