// `slipway-cloud conformance` on PostgreSQL: our own cloud, the example for those who have an API, and
// copies of the example with a defect planted in each.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Cloud, World } from "./harness.mjs";
import { hostedApiDatabase, installHostedApi, startHostedApi } from "./hosted_api.mjs";
import { checkConformance, failures, holds } from "./conformance.mjs";
import { isInstalled, startPostgres } from "./postgres.mjs";

const skip = isInstalled ? false : "the package postgresql-15 is not installed";
const token = "a-token-of-the-example";

let world, postgres, database, tokensFile, tokenFile;
before(async () => {
  world = new World();
  if (skip) return;
  installHostedApi();
  postgres = await startPostgres(world);
  database = await hostedApiDatabase(world, postgres);
  tokensFile = world.write("tokens", `${token} Kit\n`);
  tokenFile = world.write("token", `${token}\n`);
});
after(() => world.close());

test("both profiles hold for our cloud on PostgreSQL", { skip }, async () => {
  const cloud = await new Cloud(world, postgres.url).start();
  const file = world.write("cloud-token", await cloud.token("Kit"));
  for (const profile of ["native", "rest"])
    holds(await checkConformance(world, cloud.url, file, "--profile", profile));
  await cloud.stop();
});

test(
  "the profile rest holds for the example, which ends when it is told to",
  { skip },
  async () => {
    const { url, running } = await startHostedApi(world, database, tokensFile);
    holds(await checkConformance(world, url, tokenFile, "--profile", "rest"));
    const customers = [
      "--type",
      "Customer",
      "--fields",
      "name,city",
      "--values",
      '{"country":"DE"}',
    ];
    holds(await checkConformance(world, url, tokenFile, "--profile", "rest", ...customers));
    assert.equal((await running.signal("SIGTERM")).code, 0);
    assert.equal(running.stderr, "");
  },
);

const defects = {
  "forgets keys": {
    check: "replay",
    says: /key was forgotten/,
    changes: {
      "idempotency.mjs": [
        ["if (reserved.rowCount === 0) return recorded(db, client, key, hash);", ""],
      ],
    },
  },
  "answers a repeat from the row as it is now": {
    check: "replay",
    says: /got another body/,
    changes: {
      "idempotency.mjs": [
        [
          "=== hash) return rows[0];",
          `=== hash) {
            const values = \`SELECT to_jsonb(t) - 'version' AS v FROM "ConformanceCheck" t WHERE id = $1\`;
            const now = await db.query(values, [rows[0].body.entityId]);
            return { ...rows[0], body: { ...rows[0].body, values: now.rows[0]?.v } };
          }`,
        ],
      ],
    },
  },
  "takes a key for any request": {
    check: "key-reuse",
    says: /A key stands for one request/,
    changes: { "idempotency.mjs": [["if (rows[0].requestHash === hash) return", "return"]] },
  },
  "looks for the key first, and keeps it when the work is done": {
    check: "same-key-at-once",
    says: /Reserve the key first/,
    changes: {
      "idempotency.mjs": [
        [
          `\`INSERT INTO "IdempotencyKey" ("client", "key", "requestHash") VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING\``,
          `\`SELECT 1 FROM (SELECT $3::text) s
            WHERE NOT EXISTS (SELECT 1 FROM "IdempotencyKey" WHERE "client" = $1 AND "key" = $2)\``,
        ],
        [
          `\`UPDATE "IdempotencyKey" SET "status" = $3, "etag" = $4, "body" = $5
       WHERE "client" = $1 AND "key" = $2\``,
          `\`INSERT INTO "IdempotencyKey" ("client", "key", "requestHash", "status", "etag", "body")
            VALUES ($1, $2, $6, $3, $4, $5) ON CONFLICT DO NOTHING\``,
        ],
        ["JSON.stringify(answer.body)]", "JSON.stringify(answer.body), hash]"],
      ],
    },
  },
  "keeps keys for as long as their rows": {
    check: "replay-after-delete",
    says: /revived what somebody had deleted/,
    changes: {
      "entities.mjs": [
        [
          "return { status: 200, etag: null, body: { entityType: type, entityId: id, deleted: true } };",
          `await db.query(\`DELETE FROM "IdempotencyKey" WHERE "body"->>'entityId' = $1\`, [id]);
           return { status: 200, etag: null, body: { entityType: type, entityId: id, deleted: true } };`,
        ],
      ],
    },
  },
  "tells of a conflict without the diff": {
    check: "conflict",
    says: /add the member "conflict"/,
    changes: { "conflict.mjs": [["title, { conflict })", "title, {})"]] },
  },
  "ignores If-Match": {
    check: "conflict",
    says: /If-Match is not looked at/,
    changes: { "entities.mjs": [['AND t."version" = $2', "AND $2::text IS NOT NULL"]] },
  },
  "ignores If-Match where it deletes": {
    check: "conflict",
    says: /DELETE has to look at If-Match/,
    changes: {
      "entities.mjs": [
        ['WHERE "id" = $1 AND "version" = $2', 'WHERE "id" = $1 AND $2::text IS NOT NULL'],
      ],
    },
  },
  "does not ask for a key": {
    check: "missing-key",
    says: /cannot be repeated safely/,
    changes: { "app.mjs": [["throw new Problem(400,", "return String(Math.random()), ("]] },
  },
  "lets everybody in": {
    check: "unauthorised",
    says: /without a valid token/,
    changes: {
      "app.mjs": [
        ["if (!request.client) throw", 'request.client ??= "anybody";\n    if (!1) throw'],
      ],
    },
  },
  "drops fields that it does not know": {
    check: "bad-body",
    says: /cannot be understood is refused/,
    changes: {
      "app.mjs": [
        [
          "if (unknown) throw",
          'if (unknown) return { note: "made by the conformance check" };\n  if (!1) throw',
        ],
      ],
    },
  },
  "loses a row at the end of each page": {
    check: "list-complete",
    says: /WHERE id > /,
    changes: { "entities.mjs": [["? page.at(-1).entityId", "? rows.at(-1).id"]] },
  },
  "pages by counting rows": {
    check: "list-while-rows-go",
    says: /OFFSET/,
    changes: {
      "entities.mjs": [
        ['WHERE "id" > $1\n     ORDER BY "id" LIMIT $2', 'ORDER BY "id" OFFSET $1 LIMIT $2'],
        ["[after, limit + 1]", "[Number(after), limit + 1]"],
        ["? page.at(-1).entityId", "? String(Number(after) + limit)"],
      ],
    },
  },
};

for (const [name, { check, says, changes }] of Object.entries(defects)) {
  test(`a copy of the example that ${name} fails ${check}`, { skip }, async () => {
    const copy = { name: name.replaceAll(" ", "-"), changes };
    const { url, running } = await startHostedApi(world, database, tokensFile, copy);
    const only = ["--profile", "rest", "--only", check];
    const report = await checkConformance(world, url, tokenFile, ...only);
    assert.equal(report.code, 1);
    const [failure, ...more] = failures(report);
    assert.deepEqual([failure.name, more], [check, []]);
    assert.match(failure.missing, says, JSON.stringify(failure));
    await running.signal("SIGTERM");
  });
}
