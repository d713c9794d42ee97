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
  const { base = {}, local = {}, server = null, who = null } = conflict;
  const named = conflict.fields ?? [];
  const fields = named.length > 0 ? named : Object.keys(local);
  const time = conflict.when ?? null;
  const when = time === null ? null : formatAgo(time, now, locale);
  const exactly = time === null ? undefined : formatDateTime(time, locale);
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
                  {texts.conflict.by(who, when)}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row">{word(field)}</th>
                <td data-label={texts.conflict.before}>{showValue(field, base[field], base)}</td>
                <td data-label={texts.conflict.yours} className="conflict-yours">
                  {showValue(field, local[field], local)}
                </td>
                <td data-label={texts.conflict.cloud} className="conflict-cloud">
                  {server === null
                    ? texts.conflict.cloudDeleted
                    : showValue(field, server[field], server)}
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
