import { entryStatuses, type EntryStatus, type SyncStatus } from "@slipway/client";
import { describe, expect, it } from "vitest";
import { badgeState } from "../src/sync/badge-state";

const calm: SyncStatus = {
  connection: "online",
  reason: null,
  live: true,
  simulateOffline: false,
  paused: false,
  target: "slipway",
  cloud: "http://cloud",
  device: "d",
  deviceName: null,
  incarnation: "i",
  generation: 0,
  counts: Object.fromEntries(entryStatuses.map((s) => [s, 0])) as Record<EntryStatus, number>,
  waiting: 0,
  held: 0,
  needsYou: 0,
  cursor: null,
  head: null,
  lastSyncedAt: null,
  nextAttemptInMs: null,
  drain: null,
};

describe("the badge", () => {
  it.each<[string, Partial<SyncStatus>, string]>([
    ["synced", {}, "Synced"],
    ["syncing", { waiting: 28, drain: { done: 12, total: 40 } }, "Syncing 12/40"],
    ["syncing", { waiting: 2 }, "Syncing 2"],
    ["offline", { connection: "offline", waiting: 7 }, "Offline, 7 waiting"],
    ["offline", { simulateOffline: true }, "Offline"],
    ["needs-you", { needsYou: 2, waiting: 1 }, "2 need you"],
    ["needs-you", { needsYou: 1 }, "1 needs you"],
    ["signed-out", { connection: "signed-out", needsYou: 1 }, "Sign in again"],
    ["paused", { paused: true, connection: "paused" }, "Paused"],
    ["checking", { connection: "probing" }, "Reaching the cloud"],
  ])("is %s for %j", (kind, part, words) => {
    expect(badgeState({ ...calm, ...part }, "fine")).toMatchObject({ kind, words });
  });

  it("is never green while something waits or needs the user", () => {
    for (const part of [{ waiting: 1 }, { needsYou: 1 }, { paused: true }]) {
      expect(badgeState({ ...calm, ...part }, "fine").tone).not.toBe("good");
    }
  });

  it("says what else needs the user when something comes first", () => {
    expect(badgeState({ ...calm, connection: "offline", needsYou: 2 }, "fine").alsoNeedsYou).toBe(
      2,
    );
    expect(badgeState({ ...calm, needsYou: 2 }, "fine").alsoNeedsYou).toBe(0);
  });

  it("says that the service does not answer, whatever it said before", () => {
    expect(badgeState(calm, "lost").kind).toBe("service-lost");
    expect(badgeState(calm, "refused").kind).toBe("refused");
    expect(badgeState(null, "fine").kind).toBe("starting");
  });
});
