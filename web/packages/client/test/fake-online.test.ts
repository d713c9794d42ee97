// The daemon in memory refuses what needs the cloud as the real one does
// (docs/app-developers/online-actions.md).

import { createFakeFetch, createFakeState, tableOf } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { createSyncClient } from "../src/client";

function desk() {
  const tables = new Map([["Quote", tableOf([{ id: "q1", status: "open" }])]]);
  const state = createFakeState({
    tables,
    settleAfterMs: null,
    actions: {
      ACCEPT_QUOTE: { entity: "Quote", op: "update", requires: "online" },
      DELETE_QUOTE: { entity: "Quote", requires: "online" },
    },
  });
  const { fetch } = createFakeFetch(state);
  const client = createSyncClient({ url: "http://daemon.test/", token: "t", fetch });
  const accept = () =>
    client.enqueue({
      entityType: "Quote",
      entityId: "q1",
      action: "ACCEPT_QUOTE",
      payload: { status: "accepted" },
    });
  return { state, client, accept };
}

const slugOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "taken",
    (error: unknown) => (error as { slug: string }).slug,
  );

describe("an action that needs the cloud", () => {
  it("is told of, and refused while the cloud is away", async () => {
    const { state, client, accept } = desk();
    const told = async () => {
      const { actions } = await client.capabilities();
      return actions.find(({ action }) => action === "ACCEPT_QUOTE");
    };
    expect(await told()).toMatchObject({ op: "update", requires: "online", allowed: true });
    state.setFlags({ simulateOffline: true });
    expect(await told()).toMatchObject({ allowed: false, queues: false });
    expect(await slugOf(accept())).toBe("needs-cloud");
    expect(state.entries).toEqual([]);
    state.setFlags({ simulateOffline: false });
    expect(await slugOf(accept())).toBe("taken");
  });

  it("is parked if it was not sent when the cloud went away, and retried only when it is back", async () => {
    const { state, client, accept } = desk();
    await accept();
    state.setFlags({ paused: true });
    expect(state.entries[0]).toMatchObject({ status: "ERROR" });
    expect(await slugOf(client.retry(1))).toBe("needs-cloud");
    expect(await slugOf(accept())).toBe("needs-cloud");
    state.setFlags({ paused: false });
    expect(await slugOf(accept())).toBe("would-wait");
    expect(await slugOf(client.retry(1))).toBe("taken");
    state.settle();
    expect(state.entries.map(({ status }) => status)).toEqual(["DISCARDED", "SUCCESS"]);
  });
});
