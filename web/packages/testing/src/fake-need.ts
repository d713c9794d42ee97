// Actions that need the cloud: taken only while it answers, and never queued for later.

import type { Mutation } from "@slipway/client";
import { type FakeAnswer, fakeProblem } from "./fake-problem.js";
import type { FakeState } from "./fake-state.js";

/** Why such an action among these cannot be taken now; null: all can. */
export function refusedNeed(
  state: FakeState,
  mutations: readonly Mutation[],
  closed: readonly { id: number }[] = [],
): FakeAnswer | null {
  const needy = mutations.find((mutation) => state.needsCloud(mutation.action));
  if (needy === undefined) return null;
  const away = state.away();
  if (away !== null) {
    const title = `${needy.action} needs the cloud, and is not kept for later`;
    return fakeProblem(503, "needs-cloud", title, away);
  }
  const id = String(needy.entityId ?? "");
  const before = state.entries.filter(
    (entry) =>
      entry.entityType === needy.entityType &&
      entry.entityId === id &&
      state.isParked(entry) &&
      !closed.some((other) => other.id === entry.id),
  );
  if (before.length === 0) return null;
  const problem = fakeProblem(409, "would-wait", `${needy.action} would wait behind other writes`);
  return { ...problem, body: { ...(problem.body as object), entries: before.map((e) => e.id) } };
}
