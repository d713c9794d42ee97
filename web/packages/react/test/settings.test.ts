import type { Settings, SyncStatus } from "@slipway/client";
import { describe, expect, it } from "vitest";
import { testResult } from "../src/settings/connection-test";
import { draftOf, settingOf } from "../src/settings/settings-draft";

const settings: Settings = {
  intervalMs: 2000,
  attemptsMax: 1,
  backoffBaseMs: 5000,
  backoffMaxMs: 1_800_000,
  logPayloads: false,
  cloud: "http://cloud",
  target: "slipway",
};

describe("the settings' form", () => {
  it("gives back what it was given, in seconds for people", () => {
    const draft = draftOf(settings);
    expect(draft.backoffMaxMs).toBe("1800");
    expect(settingOf(draft)).toEqual({
      intervalMs: 2000,
      attemptsMax: 1,
      backoffBaseMs: 5000,
      backoffMaxMs: 1_800_000,
      logPayloads: false,
    });
  });

  it("takes a comma, and refuses what is no value", () => {
    const draft = draftOf(settings);
    expect(settingOf({ ...draft, intervalMs: "0,5" })?.intervalMs).toBe(500);
    for (const wrong of ["", "x", "0", "-1", "90000", "1e9"]) {
      expect(settingOf({ ...draft, intervalMs: wrong })).toBeNull();
    }
    expect(settingOf({ ...draft, attemptsMax: "1.5" })).toBeNull();
  });
});

describe("a test of the connection", () => {
  const status = (part: Partial<SyncStatus>) =>
    ({
      connection: "online",
      simulateOffline: false,
      paused: false,
      lastSyncedAt: "2",
      ...part,
    }) as SyncStatus;

  it("waits for an answer that is younger than the question", () => {
    expect(testResult(status({ lastSyncedAt: "1" }), "1")).toBeNull();
    expect(testResult(status({}), "1")).toBe("online");
    expect(testResult(status({ connection: "probing" }), "1")).toBeNull();
  });

  it("says what stands in the way", () => {
    expect(testResult(status({ simulateOffline: true }), "1")).toBe("simulated");
    expect(testResult(status({ paused: true, connection: "paused" }), "1")).toBe("paused");
    expect(testResult(status({ connection: "signed-out" }), "1")).toBe("signed-out");
    expect(testResult(status({ connection: "offline" }), "1")).toBe("offline");
  });
});
