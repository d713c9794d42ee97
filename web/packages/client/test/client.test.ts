import { describe, expect, it } from "vitest";
import { createSyncClient } from "../src/client";
import { reconnectWaitMs } from "../src/events";
import { SyncProblem } from "../src/problem";
import type { SyncEvent } from "../src/types";

type Answer = (url: string, init: RequestInit) => Response | Promise<Response>;

function clientWith(answer: Answer) {
  const send = (input: RequestInfo | URL, init?: RequestInit) =>
    Promise.resolve(answer(String(input), init ?? {}));
  return createSyncClient({ url: "http://daemon/", token: "secret", fetch: send });
}

async function problemOf(promise: Promise<unknown>): Promise<SyncProblem> {
  const error: unknown = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof SyncProblem)) throw new Error(`not a SyncProblem: ${String(error)}`);
  return error;
}

describe("a refused call", () => {
  it("becomes a SyncProblem in the daemon's words", async () => {
    const body = {
      type: "https://slipway.dev/problems/unknown-field",
      title: "Shipment has no field colour",
      status: 422,
      detail: "Nothing was written.",
      field: "payload.colour",
    };
    const client = clientWith(() => Response.json(body, { status: 422 }));
    const problem = await problemOf(client.status());
    expect(problem).toMatchObject({
      slug: "unknown-field",
      status: 422,
      message: "Shipment has no field colour",
      detail: "Nothing was written.",
      field: "payload.colour",
    });
  });

  it("is described even if the answer is not a problem document", async () => {
    const client = clientWith(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await problemOf(client.status())).toMatchObject({ status: 502, slug: "about:blank" });
  });

  it.each([
    ["no daemon listens", () => Promise.reject(new TypeError("fetch failed"))],
    ["the answer is torn", () => Promise.resolve(new Response('{"conn'))],
  ])("says that the service does not answer when %s", async (_, answer) => {
    expect(await problemOf(clientWith(answer).status())).toMatchObject({
      slug: "unreachable",
      status: 0,
    });
  });
});

describe("a call", () => {
  it("carries the token, the filters and the idempotency key", async () => {
    const seen: { url: string; init: RequestInit }[] = [];
    const client = clientWith((url, init) => {
      seen.push({ url, init });
      return Response.json({ rows: [], total: 0 });
    });
    await client.data.list("Shipment", { limit: 5, search: "a b", where: { status: "BOOKED" } });
    await client.enqueue(
      { entityType: "Shipment", entityId: "s", action: "DELETE_SHIPMENT", payload: {} },
      { idempotencyKey: "key-1", waitSeconds: 3 },
    );
    expect(seen[0]?.url).toBe("http://daemon/data/Shipment?status=BOOKED&limit=5&search=a+b");
    expect(seen[1]?.init.headers).toMatchObject({
      authorization: "Bearer secret",
      "idempotency-key": "key-1",
      prefer: "wait=3",
    });
  });
});

describe("the live stream", () => {
  it("reconnects after the end, with the last id, and stops when the token is refused", async () => {
    const lastIds: (string | undefined)[] = [];
    const events: SyncEvent[] = [];
    const client = clientWith((_, init) => {
      lastIds.push((init.headers as Record<string, string>)["last-event-id"]);
      if (lastIds.length === 2) return new Response("{}", { status: 401 });
      return new Response('id: 9\nevent: data\ndata: {"rows":[],"more":true}\n\n');
    });
    await new Promise<void>((resolve) => {
      client.events((event) => events.push(event), {
        random: () => 0,
        onLink: (link) => {
          if (link.state === "lost" && link.retryInMs === null) resolve();
        },
      });
    });
    expect(lastIds).toEqual([undefined, "9"]);
    expect(events).toEqual([{ type: "data", rows: [], more: true }]);
  });

  it("waits longer after each failure, up to a limit", () => {
    const waits = [0, 1, 2, 20].map((failures) => reconnectWaitMs(failures, () => 1));
    expect(waits).toEqual([500, 1000, 2000, 5000]);
  });
});
