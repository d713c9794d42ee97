import { describe, expect, it, vi } from "vitest";
import { createSyncClient, SyncProblem } from "../src/index";
import { repeatWaitMs } from "../src/enqueue";

const mutation = { entityType: "Shipment", action: "CREATE_SHIPMENT", payload: { id: "s1" } };
const accepted = { id: 7, entityId: "s1", status: "PENDING" };
const locked = () =>
  Response.json(
    { type: "https://slipway.dev/problems/database-locked", title: "Locked", status: 503 },
    { status: 503, headers: { "retry-after": "1" } },
  );

function clientWith(answers: (() => Response)[]) {
  const keys: string[] = [];
  const send = (_: unknown, init?: RequestInit) => {
    keys.push(new Headers(init?.headers).get("idempotency-key") ?? "");
    const next = answers.shift();
    return next === undefined
      ? Promise.reject(new TypeError("fetch failed"))
      : Promise.resolve(next());
  };
  return { client: createSyncClient({ url: "", token: "t", fetch: send }), keys };
}

async function withFastTime<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers();
  try {
    const done = run();
    done.catch(() => undefined); // looked at below
    await vi.runAllTimersAsync();
    return await done;
  } finally {
    vi.useRealTimers();
  }
}

describe("a write whose answer is lost", () => {
  it("is sent again under the same key, so that it takes effect once", async () => {
    const torn = () => new Response('{"id":');
    const { client, keys } = clientWith([torn, locked, () => Response.json(accepted)]);
    expect(await withFastTime(() => client.enqueue(mutation))).toMatchObject({ id: 7 });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("fails after a few seconds, with the daemon's absence as its reason", async () => {
    const { client, keys } = clientWith([]);
    const failure = withFastTime(() => client.enqueue(mutation, { idempotencyKey: "mine" }));
    await expect(failure).rejects.toMatchObject({ slug: "unreachable" });
    expect(keys).toEqual(["mine", "mine", "mine", "mine"]);
  });

  it("fails once, and soon, where the service takes the request and hangs", async () => {
    let asked = 0;
    const hang = (_: unknown, init?: RequestInit) =>
      new Promise<Response>((_, reject) => {
        asked += 1;
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
      });
    const client = createSyncClient({ url: "", token: "t", fetch: hang, answerMaxMs: 30 });
    await expect(client.enqueue(mutation)).rejects.toMatchObject({ slug: "unreachable" });
    await expect(client.status()).rejects.toMatchObject({ slug: "unreachable" });
    expect(asked).toBe(2);
  });

  it("is not sent again once the caller has given up", async () => {
    const abort = new AbortController();
    const giveUp = () => {
      abort.abort(); // at the first answer, before a second try can be due
      return locked();
    };
    const { client, keys } = clientWith([giveUp]);
    const failure = client.enqueue(mutation, { signal: abort.signal });
    await expect(failure).rejects.toMatchObject({ name: "AbortError" });
    expect(keys).toHaveLength(1);
  });
});

it("two writes have two keys", async () => {
  const { client, keys } = clientWith([
    () => Response.json(accepted),
    () => Response.json(accepted),
  ]);
  await client.enqueue(mutation);
  await client.enqueue(mutation);
  expect(new Set(keys).size).toBe(2);
});

it("only what may pass by itself is waited for", () => {
  const problem = (slug: string, status: number, retryAfterMs: number | null = null) =>
    new SyncProblem(
      { type: `https://slipway.dev/problems/${slug}`, title: "", status },
      { retryAfterMs },
    );
  expect(repeatWaitMs(problem("unreachable", 0), 0)).toBe(150);
  expect(repeatWaitMs(problem("unreachable", 0), 3)).toBeNull();
  expect(repeatWaitMs(problem("database-locked", 503, 1000), 0)).toBe(1000);
  expect(repeatWaitMs(problem("database-locked", 503, 60_000), 0)).toBe(2000);
  expect(repeatWaitMs(problem("unknown-field", 422), 0)).toBeNull();
  expect(repeatWaitMs(problem("disk-full", 507), 0)).toBeNull();
});
