// Rows of any table as entities: reading, and writes that name the version they are made on.
// The names of tables and columns are the database's own (see tables()); values are parameters.

import { Problem } from "./problem.mjs";
import { alreadyExists, changedSince } from "./conflict.mjs";

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
const asEntity = `"id", "version"::text, to_jsonb(t) - 'version' AS "values"`;

const answerWith = (status, type, { id, version, values }) => ({
  status,
  etag: `"${version}"`,
  body: { entityType: type, entityId: id, values },
});

/** The columns of each table that has a version, by its name. */
export async function tables(pool) {
  const { rows } = await pool.query(
    `SELECT table_name AS type, array_agg(column_name::text) AS columns
     FROM information_schema.columns WHERE table_schema = current_schema()
     GROUP BY 1 HAVING bool_or(column_name = 'version') AND bool_or(column_name = 'id')`,
  );
  return new Map(rows.map(({ type, columns }) => [type, columns.filter((c) => c !== "version")]));
}

export async function list(db, type, after, limit) {
  const { rows } = await db.query(
    `SELECT ${asEntity} FROM ${quoted(type)} t WHERE "id" > $1
     ORDER BY "id" LIMIT $2`,
    [after, limit + 1],
  );
  const page = rows.slice(0, limit).map((row) => {
    const { body, etag } = answerWith(200, type, row);
    return { ...body, etag };
  });
  return { rows: page, next: rows.length > limit ? page.at(-1).entityId : null };
}

export async function find(db, type, id) {
  const { rows } = await db.query(`SELECT ${asEntity} FROM ${quoted(type)} t WHERE "id" = $1`, [
    id,
  ]);
  return rows[0];
}

export async function read(db, type, id) {
  const row = await find(db, type, id);
  if (row) return answerWith(200, type, row);
  throw new Problem(404, "unknown-row", `There is no ${type} ${id}`);
}

/** Below, `write` is {type, id, values, version, who}, and db is in a transaction. */

export async function create(db, write) {
  const { type, id, values } = write;
  const columns = Object.keys(values).map(quoted).join();
  const { rows } = await db.query(
    `INSERT INTO ${quoted(type)} AS t (${columns})
     SELECT ${columns} FROM jsonb_populate_record(NULL::${quoted(type)}, $1)
     ON CONFLICT DO NOTHING RETURNING ${asEntity}`,
    [JSON.stringify(values)],
  );
  if (rows.length === 0) return alreadyExists(db, write, await find(db, type, id));
  await remember(db, write, rows[0]);
  return answerWith(201, type, rows[0]);
}

export async function patch(db, write) {
  const { type, id, values, version } = write;
  const changes = Object.keys(values).map((name) => `${quoted(name)} = n.${quoted(name)}`);
  const { rows } = await db.query(
    `UPDATE ${quoted(type)} t SET ${changes.join()}, "version" = nextval('row_version')
     FROM jsonb_populate_record(NULL::${quoted(type)}, $3) n
     WHERE t."id" = $1 AND t."version" = $2
     RETURNING t."id", t."version"::text, to_jsonb(t) - 'version' AS "values"`,
    [id, version, JSON.stringify(values)],
  );
  if (rows.length === 0) return changedSince(db, write, await find(db, type, id));
  await remember(db, write, rows[0]);
  return answerWith(200, type, rows[0]);
}

export async function remove(db, write) {
  const { type, id, version } = write;
  const { rows } = await db.query(
    `DELETE FROM ${quoted(type)} t WHERE "id" = $1 AND "version" = $2
     RETURNING "id", nextval('row_version')::text AS "version"`,
    [id, version],
  );
  if (rows.length === 0) return changedSince(db, write, await find(db, type, id));
  await remember(db, write, rows[0]);
  return { status: 200, etag: null, body: { entityType: type, entityId: id, deleted: true } };
}

const remember = (db, { type, id, who }, { version, values }) =>
  db.query(
    `INSERT INTO "RowHistory" ("version", "entityType", "entityId", "values", "who")
     VALUES ($1, $2, $3, $4, $5)`,
    [version, type, id, values ? JSON.stringify(values) : null, who],
  );
