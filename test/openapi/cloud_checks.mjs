// The cloud API as it is served, asked as a device would.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { Caller } from "./caller.mjs";
import { makeToken, startCloud } from "./programs.mjs";
import { assertAllAnswersWereMet, assertAllRoutesAreDocumented } from "./routes.mjs";

export async function cloudChecks(contract, root) {
  const { url } = await startCloud(); // beside the first one, on the same database
  const device = new Caller(contract, url, makeToken("Examples"));
  const example = (name) =>
    JSON.parse(fs.readFileSync(path.join(root, "protocol/examples", name), "utf8"));
  const { cloudId } = (await device.call("get", "/v1/capabilities", 200)).json;
  const request = { ...example("push_request.json"), cursor: { seq: 0, salt: cloudId } };
  const push = (status, change) =>
    device.call("post", "/v1/push", status, {
      body: typeof change === "string" ? change : { ...request, ...change },
    });

  return {
    async "every route that the sources register is documented, with its methods"() {
      await assertAllRoutesAreDocumented(device, root, "src/cloud");
    },

    async "a push is judged; a repeat gets the same verdicts; receipts can be looked up"() {
      const first = (await push(200, {})).json;
      assert.deepEqual(
        first.verdicts.map(({ id }) => id),
        request.items.map(({ id }) => id),
      );
      assert.equal(first.exchange, request.exchange);
      assert.deepEqual((await push(200, { exchange: "again" })).json.verdicts, first.verdicts);
      const { id } = request.items[0];
      const receipt = (await device.call("get", "/v1/requests/{id}", 200, { fill: { id } })).json;
      assert.equal(receipt.verdict, first.verdicts[0].verdict);
      await device.call("get", "/v1/requests/{id}", 404, { fill: { id: "unknown" } });
    },

    async "a stream tells the head at once"() {
      const route = "/v1/changes/stream";
      const { head } = (await device.call("get", "/v1/changes", 200)).json;
      const [poke] = await device.events(
        route,
        (events) => events.length > 0,
        async () => {},
      );
      assert.deepEqual(poke.data.head, head);
      await device.call("get", route, 400, { query: "?cursor=yesterday" });
      await device.call("get", route, 409, { query: "?cursor=7-0000000000000000" });
    },

    async "changes come page by page until the head"() {
      let cursor = "";
      let last;
      do {
        last = (
          await device.call("get", "/v1/changes", 200, {
            query: `?cursor=${cursor}&limit=1&exchange=e`,
          })
        ).json;
        cursor = `${last.to.seq}-${last.to.salt}`;
      } while (last.more);
      assert.deepEqual(last.to, last.head);
      await device.call("get", "/v1/changes", 200);
    },

    async "a snapshot comes page by page, all of one commit"() {
      const read = async (query) =>
        (await device.call("get", "/v1/snapshot", 200, { query: `?limit=1&since=0${query}` })).json;
      const rows = new Set();
      let passed = 0;
      let query = "&exchange=e&type=Customer";
      let page;
      do {
        const before = page;
        page = await read(query);
        assert.deepEqual(page.at, (before ?? page).at);
        passed += page.passed;
        for (const { entityType, entityId } of page.rows) rows.add(`${entityType} ${entityId}`);
        const after = encodeURIComponent(JSON.stringify(page.next));
        query = `&type=Customer&at=${page.at.seq}-${page.at.salt}&after=${after}`;
      } while (page.next);
      assert.ok(rows.size > 0);
      assert.deepEqual([passed, rows.size], [page.total, page.total]);
      for (const query of ["?at=x", "?limit=0", "?since=x", "?after=%7B%7D", "?cursor=x"])
        await device.call("get", "/v1/snapshot", 400, { query });
      for (const name of ["at", "cursor"])
        await device.call("get", "/v1/snapshot", 409, { query: `?${name}=7-0000000000000000` });
    },

    async "the newest common commit is named"() {
      const ask = (status, body) => device.call("post", "/v1/history", status, { body });
      const { head } = (await device.call("get", "/v1/changes", 200)).json;
      const unknown = { seq: 7000, salt: "0000000000000000" };
      const answer = (await ask(200, { exchange: "e", versions: [unknown, head] })).json;
      assert.deepEqual(answer.common, head);
      await ask(400, "{");
      await ask(422, { exchange: "e" });
      await ask(413, { exchange: "e", versions: Array.from({ length: 501 }, () => head) });
    },

    async "what is wrong is answered with the documented problem"() {
      await push(400, "{");
      await push(422, { exchange: 7 });
      await push(422, {
        items: [{ ...request.items.at(-1), id: "00000000-0000-5000-8000-000000000000" }],
      });
      await push(413, { items: Array.from({ length: 1001 }, () => request.items[0]) });
      const elsewhere = { seq: 7, salt: "0000000000000000" };
      await push(409, { cursor: elsewhere });
      await device.call("get", "/v1/changes", 409, { query: "?cursor=7-0000000000000000" });
      for (const query of ["?cursor=x", "?limit=0", "?limit=x"])
        await device.call("get", "/v1/changes", 400, { query });
      for (const { method, path: route, operation } of contract.operations()) {
        if (operation.security?.length !== 0)
          await device.call(method, route, 401, { fill: { id: "x" }, token: "wrong" });
      }
      await new Caller(contract, url, "").call("get", "/healthz", 200);
    },

    "every documented answer was met, but for those of a failing machine"() {
      assertAllAnswersWereMet(contract, [/ 507$/, / 503$/, / default$/]);
    },
  };
}
