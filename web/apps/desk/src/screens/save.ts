// What Save and Delete send. A repeat of the very same writes carries the same idempotency key, so
// that a save whose answer was lost is not done twice.

import { newId, type Mutation, type SyncClient } from "@slipway/client";

export function createSaver(client: SyncClient): (mutations: Mutation[]) => Promise<void> {
  let last = { body: "", key: "" };
  return async (mutations) => {
    const body = JSON.stringify(mutations);
    if (body !== last.body) last = { body, key: newId() };
    const [first, ...others] = mutations;
    if (first === undefined) return;
    const extra = { idempotencyKey: last.key };
    if (others.length === 0) await client.enqueue(first, extra);
    else await client.enqueueGroup(mutations, extra);
  };
}
