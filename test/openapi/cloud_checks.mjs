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

    async "rows are read and written without a copy"() {
      const types = "/v1/entities";
      const rows = "/v1/entities/{type}";
      const row = "/v1/entities/{type}/{id}";
      const fill = { type: "Port", id: "DE/HAM ü" };
      let keys = 0;
      const write = (method, route, status, change = {}) => {
        const { etag, body, headers, ...rest } = change;
        const all = {
          "idempotency-key": `"key ${(keys += 1)}"`,
          ...(etag && { "if-match": etag }),
        };
        return device.call(method, route, status, {
          ...{ fill, body, ...rest },
          headers: { ...all, ...headers },
        });
      };
      const port = { entityId: fill.id, values: { id: fill.id, name: "Hamburg" } };
      const made = await write("post", rows, 201, { body: port });
      assert.ok(made.headers.location.endsWith("/Port/DE%2FHAM%20%C3%BC"));
      const { etag } = made.headers;
      assert.deepEqual((await device.call("get", row, 200, { fill })).json, made.json);
      const ask = (status, name, value) =>
        device.call("get", row, status, { fill, headers: { [name]: value } });
      await ask(304, "if-none-match", etag);
      await ask(400, "if-none-match", "x");
      await write("post", rows, 200, { body: port });
      const other = { ...port, values: { ...port.values, name: "Altona" } };
      assert.equal(
        (await write("post", rows, 409, { body: other })).json.conflict.server.name,
        "Hamburg",
      );
      await write("post", rows, 400, { body: port, headers: { "idempotency-key": "" } });
      await write("post", rows, 415, { body: port, headers: { "content-type": "text/plain" } });
      await write("post", rows, 422, { body: "{}" });
      const unread = await write("post", rows, 412, { body: other, etag: '"x"' });
      assert.deepEqual(unread.json.conflict.server, port.values);
      assert.equal(unread.headers.etag, etag);
      await write("post", rows, 409, { body: other, headers: { "if-none-match": "*" } });
      const name = { values: { name: "Hamburg-Altona" } };
      const changed = await write("patch", row, 200, { body: name, etag });
      const stale = { values: { name: "HH" } };
      assert.deepEqual(
        (await write("patch", row, 412, { body: stale, etag })).json.conflict.fields,
        ["name"],
      );
      const now = changed.headers.etag;
      await write("patch", row, 428, { body: name });
      await write("patch", row, 400, { body: name, etag: "x" });
      await write("patch", row, 415, { body: name, etag: now, headers: { "content-type": "x/y" } });
      await write("patch", row, 422, { body: '{"values":{"nmae":1}}', etag: now });
      await write("patch", row, 404, { fill: { ...fill, id: "none" }, body: name, etag: now });
      const berth = { entityId: "b1", values: { id: "b1", portId: fill.id } };
      await push(200, {
        references: [{ entityType: "Berth", fields: ["portId"], target: "Port" }],
        items: [],
      });
      await write("post", rows, 201, { fill: { type: "Berth" }, body: berth });
      await write("delete", row, 409, { etag: now });
      const nowhere = { values: { portId: "nowhere" } };
      const ofBerth = { type: "Berth", id: "b1" };
      const { headers } = await device.call("get", row, 200, { fill: ofBerth });
      await write("patch", row, 409, { fill: ofBerth, body: nowhere, etag: headers.etag });
      await write("delete", row, 200, { fill: ofBerth, etag: headers.etag });
      await write("delete", row, 428);
      await write("delete", row, 400, { etag: "x" });
      await write("delete", row, 412, { etag });
      await write("delete", row, 422, { fill: { ...fill, id: "x".repeat(600) }, etag });
      await write("delete", row, 404, { fill: { ...fill, id: "none" }, etag });
      const gone = await device.call("delete", row, 200, { fill, headers: { "if-match": now } });
      assert.equal(gone.json.deleted, true);
      await device.call("get", row, 410, { fill });
      await device.call("get", row, 404, { fill: { ...fill, id: "none" } });
      await device.call("get", row, 422, { fill: { ...fill, id: "x".repeat(600) } });
      await device.call("get", rows, 404, { fill: { type: "port" } });
      await device.call("get", rows, 400, { fill, query: "?limit=0" });
      await device.call("get", rows, 422, { fill: { type: "x".repeat(600) } });
      const page = await device.call("get", rows, 200, {
        fill: { type: "Customer" },
        query: "?limit=1",
      });
      assert.equal(page.json.rows.length, 1);
      assert.ok((await device.call("get", types, 200)).json.types.includes("Port"));
      const confined = new Caller(
        contract,
        url,
        makeToken("Confined", "cloud.db", '{"Berth": {}}'),
      );
      await confined.call("post", rows, 403, {
        fill,
        body: port,
        headers: { "idempotency-key": "confined" },
      });
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
          await device.call(method, route, 401, { fill: { id: "x", type: "x" }, token: "wrong" });
      }
      for (const route of ["/healthz", "/readyz", "/metrics"])
        await new Caller(contract, url, "").call("get", route, 200);
    },

    "every documented answer was met, but for those of a failing machine"() {
      assertAllAnswersWereMet(contract, [/ 507$/, / 503$/, / 429$/, / default$/]);
    },
  };
}
