import { entryStatuses, type EntryStatus, type SyncStatus } from "@slipway/client";
import { describe, expect, it } from "vitest";
import { badgeState } from "../src/status/badge-state";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";

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
  lost: 0,
  otherCloud: null,
  cursor: null,
  head: null,
  lastSyncedAt: null,
  nextAttemptInMs: null,
  drain: null,
  fullPull: null,
  scope: null,
};

describe("the badge", () => {
  it.each<[string, Partial<SyncStatus>, string]>([
    ["synced", {}, "Synced"],
    ["syncing", { waiting: 28, drain: { done: 12, total: 40 } }, "Syncing 12/40"],
    ["syncing", { waiting: 2 }, "Syncing 2"],
    [
      "filling",
      { fullPull: { done: 1200, total: 100000 }, waiting: 2 },
      "Fetching rows 1,200/100,000",
    ],
    ["filling", { fullPull: { done: 0, total: 0 } }, "Fetching rows"],
    ["offline", { connection: "offline", fullPull: { done: 1, total: 2 } }, "Offline"],
    ["offline", { connection: "offline", waiting: 7 }, "Offline, 7 waiting"],
    ["offline", { connection: "offline", waiting: 5, held: 2 }, "Offline, 7 waiting"],
    ["offline", { simulateOffline: true }, "Offline"],
    ["needs-you", { needsYou: 2, waiting: 1 }, "2 need you"],
    ["needs-you", { needsYou: 1 }, "1 needs you"],
    ["signed-out", { connection: "signed-out", needsYou: 1 }, "Sign in again"],
    ["upgrade-needed", { connection: "upgrade-needed" }, "Update needed"],
    ["other-cloud", { connection: "other-cloud" }, "Another cloud"],
    ["standby", { connection: "standby" as "online" }, "Standing by"],
    ["paused", { paused: true, connection: "paused" }, "Paused"],
    ["checking", { connection: "probing" }, "Reaching the cloud"],
    ["checking", { connection: "busy" }, "Cloud is busy"],
    ["checking", { connection: "history-changed" }, "Comparing with the cloud"],
  ])("is %s for %j", (kind, part, words) => {
    expect(badgeState({ ...calm, ...part }, "fine", en)).toMatchObject({ kind, words });
  });

  it("is never green while something waits, needs the user, or is not connected", () => {
    const parts: Partial<SyncStatus>[] = [
      { waiting: 1 },
      { needsYou: 1 },
      { paused: true },
      { connection: "probing" },
      { connection: "busy" },
    ];
    for (const part of parts) {
      expect(badgeState({ ...calm, ...part }, "fine", en).tone).not.toBe("good");
    }
  });

  it("says what else needs the user when something comes first", () => {
    const offline = badgeState({ ...calm, connection: "offline", needsYou: 2 }, "fine", en);
    expect(offline.alsoNeedsYou).toBe(2);
    expect(badgeState({ ...calm, needsYou: 2 }, "fine", en).alsoNeedsYou).toBe(0);
  });

  it("says that the service does not answer, whatever it said before", () => {
    expect(badgeState(calm, "lost", en).kind).toBe("service-lost");
    expect(badgeState(calm, "refused", en).kind).toBe("refused");
    expect(badgeState(null, "fine", en).kind).toBe("starting");
  });

  it("speaks German", () => {
    expect(badgeState({ ...calm, needsYou: 2 }, "fine", de).words).toBe("2 brauchen dich");
  });
});
