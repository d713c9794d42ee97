import type { Entry, QueuePage } from "@slipway/client";
import { beforeEach, describe, expect, it } from "vitest";
import { createQueueWindow, type QueueWindow } from "../src/panel/queue-window";

type Answer = (page: QueuePage | Error) => void;

let asked: { offset: number; answer: Answer; signal: AbortSignal }[];
let drawn: number;
let queue: QueueWindow;

const page = (offset: number, total = 100_000): QueuePage => ({
  entries: Array.from({ length: 50 }, (_, i) => ({ id: total - offset - i }) as Entry),
  next: null,
  total,
});
const answerNext = async (result?: QueuePage | Error) => {
  const next = asked.shift();
  next?.answer(result ?? page(next.offset));
  await Promise.resolve().then(() => Promise.resolve()); // lets the promises run
};
const idsAt = (...places: number[]) => places.map((place) => queue.entry(place)?.id);

beforeEach(() => {
  asked = [];
  drawn = 0;
  queue = createQueueWindow(
    (offset, _, signal) =>
      new Promise((resolve, reject) => {
        const answer: Answer = (result) =>
          result instanceof Error ? reject(result) : resolve(result);
        asked.push({ offset, answer, signal });
      }),
    () => (drawn += 1),
  );
  queue.start();
});

describe("a window on a long queue", () => {
  it("reads what is looked at, wherever that is, and nothing between", async () => {
    await answerNext();
    expect(queue.total()).toBe(100_000);
    expect(idsAt(0, 49, 50)).toEqual([100_000, 99_951, undefined]);
    queue.look(70_010, 70_060);
    expect(asked.map(({ offset }) => offset)).toEqual([70_000]);
    await answerNext();
    await answerNext();
    expect(idsAt(70_010, 70_060)).toEqual([29_990, 29_940]);
    expect(drawn).toBe(3);
  });

  it("asks one question at a time, and the latest look decides what comes next", async () => {
    queue.look(10_000, 10_010);
    queue.look(50_000, 50_010);
    expect(asked).toHaveLength(1);
    await answerNext();
    expect(asked.map(({ offset }) => offset)).toEqual([50_000]);
  });

  it("keeps what is shown until the change has been read", async () => {
    await answerNext();
    queue.setTick(1);
    expect(idsAt(0)).toEqual([100_000]);
    queue.setTick(2); // while it is being read
    await answerNext(page(0, 100_001));
    expect(idsAt(0)).toEqual([100_001]);
    expect(asked).toHaveLength(1);
    await answerNext(page(0, 100_002));
    expect(idsAt(0)).toEqual([100_002]);
    expect(asked).toHaveLength(0);
  });

  it("keeps what is shown when a read fails, says so, and tries again with the next change", async () => {
    await answerNext();
    queue.setTick(1);
    await answerNext(new TypeError("fetch failed"));
    expect(queue.problem()).not.toBeNull();
    expect(idsAt(0)).toEqual([100_000]);
    expect(asked).toHaveLength(0);
    queue.setTick(2);
    await answerNext();
    expect(queue.problem()).toBeNull();
  });

  it("forgets pages that are far away, so that any length fits", async () => {
    await answerNext();
    for (let at = 1; at <= 25; at++) {
      queue.look(at * 50, at * 50 + 1);
      await answerNext();
    }
    expect(idsAt(0, 25 * 50)).toEqual([undefined, 100_000 - 1250]);
  });

  it("ends its question when it is stopped, and goes on when it is started again", async () => {
    const [first] = asked;
    queue.stop();
    expect(first?.signal.aborted).toBe(true);
    queue.start();
    await answerNext(new DOMException("aborted", "AbortError"));
    expect(queue.problem()).toBeNull();
    expect(asked).toHaveLength(1);
    await answerNext();
    expect(queue.total()).toBe(100_000);
  });
});
