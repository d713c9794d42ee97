// Hosted APIs that speak the devices' protocol almost: a proxy before a sound one that plants one defect
// of the profile `native`. Each says which check of `slipway-cloud conformance` has to find it, and in
// which words.

import { randomBytes, randomUUID } from "node:crypto";
import { changed, conflictDefects, meetings } from "./defect_proxy.mjs";
import { idOf } from "./entry_id.mjs";
import { parsed, pause } from "./tools.mjs";

const isPush = ({ path }) => path === "/v1/push";
const isPull = ({ path }) => path.startsWith("/v1/changes?");
const withBody = (call, body) => ({ ...call, body: JSON.stringify(body) });
const withPush = (change) => (call, pass) => {
  const push = isPush(call) && parsed(call.body);
  return push ? change(push, call, pass) : pass(call);
};

/** Passes other entries in the place of these, and tells the verdicts as though of these. */
async function inPlaceOf(push, call, pass, change) {
  const ids = new Map();
  for (const item of push.items) {
    const before = item.id;
    change(item);
    if (item.write) item.id = idOf(item.write);
    ids.set(item.id, before);
    for (const other of push.items)
      if (other.after) other.after = other.after.map((id) => (id === before ? item.id : id));
  }
  return changed(await pass(withBody(call, push)), (answer) => {
    for (const verdict of answer.verdicts ?? []) verdict.id = ids.get(verdict.id) ?? verdict.id;
    answer.page = null;
  });
}

const anew = ({ write }) => {
  if (write)
    Object.assign(write, { incarnation: randomUUID(), nonce: randomBytes(16).toString("hex") });
};

/** Judges what it has seen before as though it were new, unless `mayKnow`. */
function forgets(mayKnow) {
  const known = new Map();
  return withPush(async (push, call, pass) => {
    const name = JSON.stringify(push.items.map(({ id }) => id));
    if (known.has(name)) {
      const exchange = push.exchange;
      if (known.get(name)) return changed({ ...known.get(name) }, (a) => (a.exchange = exchange));
      return inPlaceOf(push, call, pass, anew);
    }
    const answer = await pass(call);
    known.set(name, (await mayKnow(call)) ? answer : null);
    return answer;
  });
}

const pages = (change) => async (call, pass) => {
  const answer = await pass(call);
  return isPull(call) ? changed(answer, (page) => page.rows && change(page)) : answer;
};

const verdicts = (change) =>
  withPush(async (push, call, pass) =>
    changed(await pass(call), (answer) => answer.verdicts?.forEach(change)),
  );

const diffs = Object.entries(conflictDefects).map(([name, { says, change }]) => {
  const plant = () => verdicts(({ reason, conflict }) => reason === "changed" && change(conflict));
  return [name, { check: "conflict", says, plant }];
});

export const nativeDefects = {
  ...Object.fromEntries(diffs),
  "judges a repeat anew": {
    check: "replay",
    says: /judged once more/,
    plant: () => forgets(() => false),
  },
  "tells a repeat another verdict": {
    check: "replay",
    says: /told unchanged for ever/,
    plant: () => {
      const seen = new Set();
      return verdicts((verdict) => {
        if (seen.has(verdict.id) && verdict.verdict === "applied") verdict.verdict = "rejected";
        seen.add(verdict.id);
      });
    },
  },
  "knows no receipts": {
    check: "replay",
    says: /asks what became of the entry/,
    plant: () => (call, pass) =>
      pass(call.path.startsWith("/v1/requests/") ? { ...call, path: "/v1/requests/none" } : call),
  },
  "takes a number twice": {
    check: "key-reuse",
    says: /A number stands for one entry/,
    plant: () => {
      const numbers = new Map();
      return withPush((push, call, pass) => {
        const isOther = ({ id, write }) => {
          const name = write && `${write.incarnation} ${write.number}`;
          const first = numbers.get(name) ?? id;
          if (write) numbers.set(name, first);
          return first !== id;
        };
        return push.items.some(isOther) ? inPlaceOf(push, call, pass, anew) : pass(call);
      });
    },
  },
  "does not compute the id of what it is sent": {
    check: "key-reuse",
    says: /The id is the hash of the body/,
    plant: () =>
      withPush((push, call, pass) => {
        const isAltered = push.items.some(({ id, write }) => write && idOf(write) !== id);
        return isAltered ? inPlaceOf(push, call, pass, () => {}) : pass(call);
      }),
  },
  "looks for the receipt before it judges, and keeps it after": {
    check: "same-key-at-once",
    says: /in one transaction/,
    plant: () => {
      const first = new Map(); // the answer to come, by the ids of the entries
      const meet = meetings();
      return withPush(async (push, call, pass) => {
        const name = push.items.map(({ id }) => id).join();
        const answer = first.get(name);
        if (answer === "kept") return pass(call);
        if (answer) {
          await meet(name);
          await answer;
          return inPlaceOf(push, call, pass, anew);
        }
        first.set(
          name,
          meet(name).then(() => pass(call)),
        );
        const judged = await first.get(name);
        first.set(name, "kept");
        return judged;
      });
    },
  },
  "keeps the receipt when the answer has been sent": {
    check: "lost-answer",
    says: /store it in the transaction that does the work/,
    plant: () => forgets(async ({ isThere }) => (await pause(20), isThere())),
  },
  "lets the last writer win": {
    check: "conflict",
    says: /compare per field/,
    plant: () => {
      let last;
      return withPush(async (push, call, pass) => {
        const blind = ({ write }) => {
          // What was never seen stays refused: so the kit looks at rows.
          if (write?.op === "update" && write.baseVersions["*"]) write.baseVersions["*"] = last;
        };
        const answer = last ? await inPlaceOf(push, call, pass, blind) : await pass(call);
        if (answer.json?.head) last = answer.json.head;
        return answer;
      });
    },
  },
  "tells of a conflict without the diff": {
    check: "conflict",
    says: /add the member "conflict"/,
    plant: () =>
      verdicts((verdict) => {
        if (verdict.reason === "changed") delete verdict.conflict;
      }),
  },
  "judges a batch from its end": {
    check: "order",
    says: /judged in their order/,
    plant: () =>
      withPush((push, call, pass) => {
        push.items.reverse();
        for (const item of push.items) delete item.after;
        return pass(withBody(call, push));
      }),
  },
  "does not look at what stands before": {
    check: "order",
    says: /"after" names/,
    plant: () =>
      withPush((push, call, pass) => {
        for (const item of push.items) delete item.after;
        return pass(withBody(call, push));
      }),
  },
  "writes half a group": {
    check: "group",
    says: /whole or not at all/,
    plant: () =>
      withPush((push, call, pass) =>
        inPlaceOf(push, call, pass, ({ write }) => {
          delete write?.groupId;
          delete write?.groupSize;
        }),
      ),
  },
  "forgets voids": {
    check: "void",
    says: /shall never take effect/,
    plant: () =>
      withPush((push, call, pass) => {
        if (!push.items.some((item) => item.void)) return pass(call);
        const said = push.items.map(({ id }) => ({ id, verdict: "voided", seq: 1 }));
        const answer = {
          exchange: push.exchange,
          head: push.cursor,
          verdicts: said,
          page: null,
          more: true,
        };
        const headers = { "content-type": "application/json" };
        return { status: 200, headers, text: JSON.stringify(answer) };
      }),
  },
  "lets everybody in": {
    check: "unauthorised",
    says: /without a valid token/,
    plant: (token) => (call, pass) =>
      pass({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }),
  },
  "does what it understands of a body": {
    check: "bad-body",
    says: /refused whole/,
    plant: () =>
      withPush((push, call, pass) => {
        if (push.items) push.items = push.items.filter((item) => item.write || item.void);
        return pass(withBody(call, push));
      }),
  },
  "passes by a commit": {
    check: "feed-complete",
    says: /order of their numbers/,
    plant: () => {
      let count = 0;
      return pages(({ rows }) => {
        if (rows.length > 0 && (count += 1) % 3 === 0) rows.pop();
      });
    },
  },
  "tells a row twice": {
    check: "feed-complete",
    says: /in one page, once/,
    plant: () => {
      let count = 0;
      return pages(({ rows }) => {
        if (rows.length > 0 && (count += 1) > 3) rows.push(rows[0]);
      });
    },
  },
  "tells rows once more with the next page": {
    check: "feed-complete",
    says: /exact difference between its two commits/,
    plant: () => {
      let count = 0;
      let last = [];
      return pages((page) => {
        const again = last;
        last = (count += 1) > 3 ? page.rows.slice() : [];
        page.rows.push(...again);
      });
    },
  },
  "loses receipts": {
    check: "feed-complete",
    says: /only they settle/,
    plant: () => pages((page) => page.receipts.pop()),
  },
  "tells pages from elsewhere": {
    check: "push-and-pull",
    says: /drop a page that begins elsewhere/,
    plant: () =>
      pages((page) => {
        page.from = page.to;
        page.rows = [];
        page.receipts = [];
      }),
  },
  "takes any cursor": {
    check: "cursor",
    says: /random salt/,
    plant: () => {
      let head = "";
      return async (call, pass) => {
        const answer = await pass(call);
        if (answer.json?.head) head = answer.json.head;
        if (!/history-changed/.test(answer.text)) return answer;
        const known = `cursor=${head.seq}-${head.salt}`;
        return pass({ ...call, path: call.path.replace(/cursor=[^&]*/, known) });
      };
    },
  },
};
