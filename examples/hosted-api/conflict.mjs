// What a person needs to decide between two changes: what the writer saw (base), wrote (local), and what is
// there now (server), in which fields, by whom and when.

import { isDeepStrictEqual } from "node:util";
import { Problem } from "./problem.mjs";

/** If-Match names another version than the row has; `row` is undefined where it was deleted. */
export async function changedSince(db, write, row) {
  const history = await historyOf(db, write);
  if (!row && history.length === 0)
    throw new Problem(404, "unknown-row", `There is no ${write.type} ${write.id}`);
  const base = history.find(({ version }) => version === write.version)?.values ?? undefined;
  return answer(412, "precondition-failed", write, row, history[0], {
    reason: row ? "changed" : "deleted",
    base,
  });
}

export async function alreadyExists(db, write, row) {
  const [last] = await historyOf(db, write);
  return answer(409, "already-exists", write, row, last, { reason: "already-exists" });
}

// A conflict is an answer, and kept with the key as any other: a repeat is told the same.
function answer(status, slug, { type, id, values = {} }, row, last, { reason, base }) {
  const server = row?.values ?? null;
  const was = base ?? values;
  const fields = Object.keys(was).filter((name) => !isDeepStrictEqual(was[name], server?.[name]));
  const { who = "somebody", at = new Date() } = last ?? {};
  const title = `${type} ${id} was ${reason === "changed" ? "changed" : reason} by ${who}`;
  const conflict = { reason, fields, base, local: values, server, who, when: at };
  const { body } = new Problem(status, slug, title, { conflict });
  return { status, etag: row ? `"${row.version}"` : null, body };
}

/** The newest first. */
async function historyOf(db, { type, id }) {
  const { rows } = await db.query(
    `SELECT "version"::text, "values", "who", "at" FROM "RowHistory"
     WHERE "entityType" = $1 AND "entityId" = $2 ORDER BY "version" DESC LIMIT 100`,
    [type, id],
  );
  return rows;
}
