// A parked conflict, told in a sentence and shown as before / yours / cloud. Read-only for now.

import type { Conflict, Entry } from "@slipway/client";
import { formatAgo, formatDateTime } from "../freight/format";
import { showValue } from "../freight/show";
import { useNow } from "../sync/context";
import { locale, texts, word } from "../texts";

function sentence(conflict: Conflict): string {
  const reason = texts.conflict.reasons[conflict.reason];
  return reason?.(conflict.who ?? texts.conflict.somebody) ?? conflict.reason;
}

export function ConflictColumns({ entry }: { entry: Entry }) {
  const { conflict } = entry;
  const now = useNow(15_000);
  if (conflict === null) return null;
  const touched = Object.keys(conflict.local);
  const fields = conflict.fields.length > 0 ? conflict.fields : touched;
  const when = conflict.when === null ? null : formatAgo(conflict.when, now, locale);
  const exactly = conflict.when === null ? undefined : formatDateTime(conflict.when, locale);
  const comparable = conflict.reason !== "group" && fields.length > 0;
  return (
    <div className="conflict">
      <p className="conflict-sentence">{sentence(conflict)}</p>
      {comparable && (
        <table className="conflict-columns">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{texts.conflict.field}</span>
              </th>
              <th scope="col">{texts.conflict.before}</th>
              <th scope="col">{texts.conflict.yours}</th>
              <th scope="col">
                {texts.conflict.cloud}
                <span className="conflict-who" title={exactly}>
                  {texts.conflict.by(conflict.who, when)}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row">{word(field)}</th>
                <td data-label={texts.conflict.before}>
                  {showValue(field, conflict.base[field], conflict.base)}
                </td>
                <td data-label={texts.conflict.yours} className="conflict-yours">
                  {showValue(field, conflict.local[field], conflict.local)}
                </td>
                <td data-label={texts.conflict.cloud} className="conflict-cloud">
                  {conflict.server === null
                    ? texts.conflict.cloudDeleted
                    : showValue(field, conflict.server[field], conflict.server)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="faint">{texts.conflict.hint}</p>
    </div>
  );
}
