// Hosted APIs as they are often built: a proxy before a sound one that plants one defect of the profile
// `rest`. Each says which check of `slipway-cloud conformance` has to find it, and in which words.

import { randomUUID } from "node:crypto";
import { changed, conflictDefects, isWrite, meetings } from "./defect_proxy.mjs";
import { pause } from "./tools.mjs";

const fresh = (call) => ({
  ...call,
  headers: { ...call.headers, "idempotency-key": `"${randomUUID()}"` },
});
const key = (call) => call.headers["idempotency-key"];
const isList = ({ method, path }) => method === "GET" && /^\/v1\/entities\/[^/?]+\?/.test(path);
/** Answers a repeat by what it kept of the key, and carries out what it does not know. */
function keeps({ mayKeep = () => true, isSame = () => true, meet = () => {} } = {}) {
  const kept = new Map();
  return async (call, pass) => {
    if (!isWrite(call) || !key(call)) return pass(call);
    const known = kept.get(key(call));
    if (known && isSame(known.call, call)) return known.answer;
    await meet(key(call));
    const answer = await pass(fresh(call));
    if (await mayKeep(call)) kept.set(key(call), { call, answer });
    return answer;
  };
}

/** A page is so many rows after so many others. */
async function byOffset(call, pass) {
  if (!isList(call)) return pass(call);
  const url = new URL(call.path, "http://api");
  const limit = Number(url.searchParams.get("limit"));
  const offset = Number(url.searchParams.get("after") ?? 0);
  const all = await pass({ ...call, path: `${url.pathname}?limit=1000` });
  return changed(all, (page) => {
    page.next = offset + limit < page.rows.length ? String(offset + limit) : null;
    page.rows = page.rows.slice(offset, offset + limit);
  });
}

const withConflict = (change) => async (call, pass) =>
  changed(await pass(call), (problem) => {
    if (problem.conflict) change(problem);
  });

async function presentVersion(call, pass) {
  if (!call.headers["if-match"] || !isWrite(call)) return pass(call);
  const { headers } = await pass({ ...call, method: "GET", body: undefined });
  return pass({ ...call, headers: { ...call.headers, "if-match": headers.etag } });
}

const diffs = Object.entries(conflictDefects).map(([name, { says, change }]) => {
  const plant = () => withConflict(({ conflict }) => change(conflict));
  return [name, { check: "conflict", says, plant }];
});

export const restDefects = {
  ...Object.fromEntries(diffs),
  "gives a changed row its old version": {
    check: "write-and-read",
    says: /Each change gives the row another version/,
    plant: () => async (call, pass) => {
      const answer = await pass(call);
      if (call.method !== "PATCH" || answer.status !== 200) return answer;
      return { ...answer, headers: { ...answer.headers, etag: call.headers["if-match"] } };
    },
  },
  "shows a row as it was when it was read first": {
    check: "write-and-read",
    says: /GET has to give the row as it was written/,
    plant: () => {
      const kept = new Map();
      return async (call, pass) => {
        if (isWrite(call) || isList(call)) return pass(call);
        if (!kept.has(call.path)) kept.set(call.path, await pass(call));
        return kept.get(call.path);
      };
    },
  },
  "forgets keys": {
    check: "replay",
    says: /key was forgotten/,
    plant: () => (call, pass) => pass(isWrite(call) && key(call) ? fresh(call) : call),
  },
  "answers a repeat from the row as it is now": {
    check: "replay",
    says: /got another body/,
    plant: () => {
      const seen = new Set();
      return async (call, pass) => {
        const answer = await pass(call);
        if (!isWrite(call) || !seen.has(key(call))) return (seen.add(key(call)), answer);
        return changed(answer, (row) => (row.values = { ...row.values, name: "as it is now" }));
      };
    },
  },
  "answers a repeat with another status": {
    check: "replay",
    says: /another status.*Keep status and body/,
    plant: () => {
      const seen = new Set();
      return async (call, pass) => {
        const answer = await pass(call);
        const again = isWrite(call) && seen.has(key(call));
        seen.add(key(call));
        return again && answer.status === 201 ? { ...answer, status: 200 } : answer;
      };
    },
  },
  "forgets keys when their row is deleted": {
    check: "replay-after-delete",
    says: /revived what somebody had deleted/,
    plant: () => {
      const deleted = new Set();
      return async (call, pass) => {
        const id = JSON.parse(call.body || "{}").entityId;
        const answer = await pass(deleted.has(id) ? await overTombstone(call, pass, id) : call);
        if (call.method === "DELETE" && answer.status === 200)
          deleted.add(call.path.split("/").pop());
        return answer;
      };
    },
  },
  "gives the first result to another request": {
    check: "key-reuse",
    says: /A key stands for one request/,
    plant: () => keeps(),
  },
  "carries out another request under the same key": {
    check: "key-reuse",
    says: /A key stands for one request/,
    plant: () => keeps({ isSame: (a, b) => a.body === b.body && a.path === b.path }),
  },
  "looks for the key before the work, and keeps it after": {
    check: "same-key-at-once",
    says: /Reserve the key first/,
    plant: () => keeps({ isSame: (a, b) => a.body === b.body, meet: meetings() }),
  },
  "keeps the result when the answer has been sent": {
    check: "lost-answer",
    says: /not after the answer was sent/,
    plant: () => keeps({ mayKeep: async ({ isThere }) => (await pause(20), isThere()) }),
  },
  "tells of a conflict without the diff": {
    check: "conflict",
    says: /add the member "conflict"/,
    plant: () => withConflict((problem) => delete problem.conflict),
  },
  "ignores If-Match": {
    check: "conflict",
    says: /If-Match is not looked at/,
    plant: () => presentVersion,
  },
  "takes a stale write of the value that is there": {
    check: "conflict",
    says: /compare the version, not the values/,
    plant: () => async (call, pass) => {
      const answer = await pass(call);
      if (call.method !== "PATCH" || answer.status !== 412) return answer;
      const row = await pass({ ...call, method: "GET", body: undefined });
      const { values } = JSON.parse(row.text);
      const isSo = Object.entries(JSON.parse(call.body).values).every(([k, v]) => values[k] === v);
      return isSo ? row : answer;
    },
  },
  "ignores If-Match where it deletes": {
    check: "conflict",
    says: /DELETE has to look at If-Match/,
    plant: () => (call, pass) =>
      call.method === "DELETE" ? presentVersion(call, pass) : pass(call),
  },
  "does not ask for a key": {
    check: "missing-key",
    says: /cannot be repeated safely/,
    plant: () => (call, pass) => pass(isWrite(call) && !key(call) ? fresh(call) : call),
  },
  "refuses what it has done": {
    check: "missing-key",
    says: /Nothing is done where a request is refused/,
    plant: () => async (call, pass) => {
      const refused = isWrite(call) && !key(call) ? await pass(call) : null;
      const answer = await pass(refused ? fresh(call) : call);
      return refused ?? answer;
    },
  },
  "does not ask for a version": {
    check: "missing-version",
    says: /overwrites what its writer may not have seen/,
    plant: () => async (call, pass) => {
      if (!["PATCH", "DELETE"].includes(call.method) || call.headers["if-match"]) return pass(call);
      return presentVersion({ ...call, headers: { ...call.headers, "if-match": "any" } }, pass);
    },
  },
  "lets everybody in": {
    check: "unauthorised",
    says: /without a valid token/,
    plant: (token) => (call, pass) =>
      pass({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }),
  },
  "refuses in words for people only": {
    check: "bad-body",
    says: /RFC 9457/,
    plant: () => async (call, pass) => {
      const answer = await pass(call);
      if (answer.status !== 400) return answer;
      return { ...answer, headers: { "content-type": "text/html" }, text: "<h1>Bad Request</h1>" };
    },
  },
  "drops fields that it does not know": {
    check: "bad-body",
    says: /cannot be understood is refused/,
    plant: () => async (call, pass) => {
      const answer = await pass(call);
      return /unknown-field/.test(answer.text)
        ? pass({ ...call, method: "GET", body: undefined })
        : answer;
    },
  },
  "loses a row of a list": {
    check: "list-complete",
    // While others write, and when they are done: whichever list is looked at first.
    says: /goes on after the last id of the one before|has to hold what was written/,
    plant: () => async (call, pass) => {
      const answer = await pass(call);
      return isList(call) ? changed(answer, ({ rows }) => rows.splice(1, 1)) : answer;
    },
  },
  "pages by counting rows": {
    check: "list-while-rows-go",
    says: /OFFSET/,
    plant: () => byOffset,
  },
};

async function overTombstone(call, pass, id) {
  const path = `${call.path}/${id}`;
  const { headers } = await pass({ ...call, method: "GET", path, body: undefined });
  return fresh({ ...call, headers: { ...call.headers, "if-match": headers.etag } });
}
