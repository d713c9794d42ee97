// One effect and one answer for each Idempotency-Key.
//
// The key is reserved, the work done and the answer kept in one transaction. So there is no moment at which
// the work is done and the key unknown. Two tries at once meet at the table's primary key: the
// second waits until the first has ended, and finds its answer.

import { createHash } from "node:crypto";
import { Problem } from "./problem.mjs";

/** `work(db)` gives {status, etag, body}; it throws what shall leave no trace, and may be tried again. */
export async function once(pool, { client, key, request }, work) {
  const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  return inTransaction(pool, async (db) => {
    const reserved = await db.query(
      `INSERT INTO "IdempotencyKey" ("client", "key", "requestHash") VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [client, key, hash],
    );
    if (reserved.rowCount === 0) return recorded(db, client, key, hash);
    const answer = await work(db);
    await db.query(
      `UPDATE "IdempotencyKey" SET "status" = $3, "etag" = $4, "body" = $5
       WHERE "client" = $1 AND "key" = $2`,
      [client, key, answer.status, answer.etag, JSON.stringify(answer.body)],
    );
    return answer;
  });
}

async function recorded(db, client, key, hash) {
  const { rows } = await db.query(
    `SELECT "requestHash", "status", "etag", "body" FROM "IdempotencyKey"
     WHERE "client" = $1 AND "key" = $2`,
    [client, key],
  );
  if (rows[0].requestHash === hash) return rows[0];
  throw new Problem(422, "key-reused", "This Idempotency-Key was used for another request");
}

async function inTransaction(pool, run) {
  const db = await pool.connect();
  try {
    await db.query("BEGIN");
    const result = await run(db);
    await db.query("COMMIT");
    return result;
  } catch (error) {
    await db.query("ROLLBACK").catch(() => {}); // of a lost connection the server does it
    throw error;
  } finally {
    db.release();
  }
}
