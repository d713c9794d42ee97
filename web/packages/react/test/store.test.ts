import { type EntryStatus, SyncProblem, type SyncStatus } from "@slipway/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDecisions, decisionOn, type PendingDecision } from "../src/store/decisions";
import { paceOf, type Sample, sampled } from "../src/store/pace";
import { createRowValues } from "../src/store/row-values";
import { createSyncStore } from "../src/store/store";
import { change, desk, eventually } from "./support";

describe("the pace of a drain", () => {
  const drain = (done: number, total = 1000) => ({ done, total });
  const run = (...points: [number, number][]): readonly Sample[] =>
    points.reduce<readonly Sample[]>((all, [at, done]) => sampled(all, drain(done), at), []);

  it("is told once it has been measured for a while", () => {
    expect(paceOf(run([0, 0], [1000, 10]))).toBeNull();
    expect(paceOf(run([0, 0], [1000, 10], [4000, 40]))).toEqual({
      perSecond: 10,
      secondsLeft: 96,
    });
  });

  it("is that of the last while, not of the whole", () => {
    const samples = run([0, 0], [10_000, 500], [30_001, 500], [35_000, 510]);
    expect(paceOf(samples)?.perSecond).toBeCloseTo(2, 1);
  });

  it("is not told where nothing moves, or where there is little to say", () => {
    expect(paceOf(run([0, 5], [5000, 5]))).toBeNull();
    expect(paceOf(sampled(sampled([], drain(0, 5), 0), drain(3, 5), 5000))).toBeNull();
    expect(paceOf([])).toBeNull();
  });

  it("begins anew with another drain, and with none", () => {
    expect(sampled(run([0, 500]), drain(0, 40), 1000)).toHaveLength(1);
    expect(sampled(run([0, 500]), null, 1000)).toEqual([]);
  });
});

describe("a decision", () => {
  let failures: [PendingDecision, SyncProblem][];
  const carry = vi.fn<(options: { keepalive: boolean }) => Promise<unknown>>();
  const about = { entryId: 7, what: "Keep mine", about: "Shipment S-1" };
  const decisions = () =>
    createDecisions(
      () => undefined,
      (...failed) => failures.push(failed),
    );

  beforeEach(() => {
    vi.useFakeTimers();
    failures = [];
    carry.mockReset().mockResolvedValue(null);
  });
  afterEach(() => void vi.useRealTimers());

  it("is carried out when ten seconds have passed, and not before", async () => {
    const pending = decisions();
    pending.decide(about, carry);
    await vi.advanceTimersByTimeAsync(9999);
    expect(carry).not.toHaveBeenCalled();
    expect(pending.list()).toMatchObject([{ entryId: 7, state: "counting" }]);
    await vi.advanceTimersByTimeAsync(1);
    expect(carry).toHaveBeenCalledExactlyOnceWith({ keepalive: false });
    expect(pending.list()).toMatchObject([{ entryId: 7, state: "sent" }]);
  });

  it("that was sent stands beside its entry for as long as that is shown as it was", async () => {
    const pending = decisions();
    pending.decide(about, carry);
    pending.sendNow(7);
    await vi.advanceTimersByTimeAsync(3_600_000); // however long a list is not read anew
    const shown = (status: EntryStatus) => decisionOn(pending.list(), { id: 7, status })?.state;
    expect([shown("CONFLICT"), shown("DISCARDED"), shown("SUCCESS")]).toEqual([
      "sent",
      undefined,
      undefined,
    ]);
    pending.decide(about, carry); // a list that is late
    pending.sendNow(7);
    expect(carry).toHaveBeenCalledOnce();
    pending.forgetSent();
    expect(pending.list()).toEqual([]);
  });

  it("that is taken back is never carried out", async () => {
    const pending = decisions();
    pending.decide(about, carry);
    pending.takeBack(7);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(carry).not.toHaveBeenCalled();
    expect(pending.list()).toEqual([]);
  });

  it("made anew replaces the old one and its time", async () => {
    const pending = decisions();
    const other = vi.fn(() => Promise.resolve());
    pending.decide(about, carry);
    await vi.advanceTimersByTimeAsync(6000);
    pending.decide({ ...about, what: "Take theirs" }, other);
    await vi.advanceTimersByTimeAsync(6000);
    expect(other).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(4000);
    expect([carry.mock.calls.length, other.mock.calls.length]).toEqual([0, 1]);
  });

  it("is carried out at once, and kept alive, when the page goes away", () => {
    const pending = decisions();
    pending.decide(about, carry);
    pending.decide({ ...about, entryId: 8 }, carry);
    pending.flush();
    expect(carry.mock.calls).toEqual([[{ keepalive: true }], [{ keepalive: true }]]);
  });

  it("cannot be taken back or repeated while it goes out", async () => {
    const pending = decisions();
    let end: (value: unknown) => void = () => undefined;
    carry.mockReturnValue(new Promise((resolve) => (end = resolve)));
    pending.decide(about, carry);
    pending.sendNow(7);
    pending.takeBack(7);
    pending.decide(about, carry);
    pending.sendNow(7);
    expect(pending.list()).toMatchObject([{ state: "sending" }]);
    end(null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(carry).toHaveBeenCalledOnce();
    expect(pending.list()).toMatchObject([{ state: "sent" }]);
  });

  it("that fails says so, and is gone: the entry is where it was", async () => {
    const pending = decisions();
    const problem = new SyncProblem({ type: "about:blank", title: "moved", status: 409 });
    carry.mockRejectedValue(problem);
    pending.decide(about, carry);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(failures).toMatchObject([[{ entryId: 7 }, { message: "moved" }]]);
    expect(pending.list()).toEqual([]);
  });
});

describe("the page's picture of the service", () => {
  it("follows what happens, tells of it in batches, and survives its end", async () => {
    const { client, state, fake } = desk();
    const store = createSyncStore(client);
    const listener = vi.fn();
    store.subscribe(listener);
    const stop = store.start();
    await eventually(() => expect(store.getSnapshot().capabilities).not.toBeNull());
    expect(store.getSnapshot()).toMatchObject({ link: "open", status: { connection: "online" } });

    listener.mockClear();
    const before = store.getSnapshot();
    for (let i = 0; i < 50; i++) state.enqueue([change({ pieces: i })], false);
    await eventually(() => expect(store.getSnapshot().status?.waiting).toBe(50));
    expect(listener.mock.calls.length).toBeLessThan(50); // of 150 events; how few is the machine's
    expect(store.getSnapshot().queueTick).toBe(before.queueTick + 50);
    expect(store.getSnapshot().dataTicks["Shipment"]).toBeGreaterThan(0);

    fake.stop();
    await eventually(() => expect(store.getSnapshot().link).toBe("lost"));
    expect(store.getSnapshot().status?.waiting).toBe(50); // what was known stays on the screen
    fake.start();
    await eventually(() => expect(store.getSnapshot().link).toBe("open"));
    stop();
  });

  it("does not count the time without a connection to the pace of a drain", async () => {
    const { client, state } = desk();
    const store = createSyncStore(client);
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const tell = (connection: SyncStatus["connection"], at: number, done: number) => {
      now.mockReturnValue(at);
      const drain = { done, total: 4000 };
      store.takeStatus({ ...state.status(), connection, drain });
    };
    tell("offline", 0, 0);
    tell("offline", 13_000, 0);
    tell("online", 13_100, 0);
    tell("online", 15_600, 500);
    await eventually(() => expect(store.getSnapshot().pace?.perSecond).toBe(200));
  });

  it("hears what is possible when the connection has changed, and asks only once", async () => {
    const { client, fake, state } = desk();
    const store = createSyncStore(client);
    const stop = store.start();
    const queues = () => store.getSnapshot().capabilities?.actions[0]?.queues;
    await eventually(() => expect(queues()).toBe(false));
    state.setFlags({ simulateOffline: true });
    await eventually(() => expect(queues()).toBe(true));
    const asked = fake.calls.filter((call) => call === "GET /sync/capabilities");
    expect(asked).toHaveLength(1);
    stop();
  });

  it("carries out what was decided when the page goes away", async () => {
    const { client } = desk();
    const store = createSyncStore(client);
    const stop = store.start();
    const carry = vi.fn(() => Promise.resolve());
    store.decisions.decide({ entryId: 1, what: "Keep mine", about: "S-1" }, carry);
    window.dispatchEvent(new Event("pagehide"));
    expect(carry).toHaveBeenCalledOnce();
    stop();
    await eventually(() =>
      expect(store.getSnapshot().decisions).toMatchObject([{ state: "sent" }]),
    );
  });
});

describe("rows that are named beside other things", () => {
  it("are read once, however many show them, and again when they have changed", async () => {
    const { client, fake, state } = desk();
    const rows = createRowValues(client);
    for (let i = 0; i < 5; i++) expect(rows.of("Shipment", "s1", 1)).toBeUndefined();
    await eventually(() =>
      expect(rows.of("Shipment", "s1", 1)).toMatchObject({ number: "S-1001" }),
    );
    expect(fake.calls).toEqual(["GET /data/Shipment/s1"]);
    state.table("Shipment").set("s1", { number: "S-final" });
    expect(rows.of("Shipment", "s1", 2)).toMatchObject({ number: "S-1001" }); // until it is read
    await eventually(() => expect(rows.of("Shipment", "s1", 2)).toEqual({ number: "S-final" }));
    await eventually(() => expect(rows.of("Shipment", "none", 1)).toBeNull());
  });
});
