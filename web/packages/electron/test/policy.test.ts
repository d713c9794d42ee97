import { describe, expect, it } from "vitest";
import { createLines, parseReadyLine } from "../src/ready-line";
import { canRestart, restartWaitMs } from "../src/restart-policy";
import { placed } from "../src/window-state";
import { quitWords } from "../src/quit-words";

describe("a service that ended", () => {
  it("is started again soon, then more patiently, up to a limit", () => {
    const waits = [0, 1, 2, 3, 20].map((failures) => restartWaitMs(failures, () => 1));
    expect(waits).toEqual([250, 500, 1000, 2000, 15_000]);
    expect(restartWaitMs(3, () => 0)).toBe(1000);
  });

  it("is not started again where that cannot help", () => {
    expect(canRestart({ code: 1, error: null })).toBe(true);
    expect(canRestart({ code: null, error: null })).toBe(true); // killed
    expect(canRestart({ code: 2, error: null })).toBe(false); // wrong use
    expect(canRestart({ code: null, error: "ENOENT" })).toBe(false);
  });
});

describe("what the service says when it listens", () => {
  it("is found among other lines, torn anywhere", () => {
    const text = 'hello\n{"event":"listening","url":"http://127.0.0.1:1","tokenFile":"t"}\n{"e';
    for (let cut = 0; cut <= text.length; cut++) {
      const lines: string[] = [];
      const take = createLines((line) => lines.push(line));
      take(text.slice(0, cut));
      take(text.slice(cut));
      expect(lines.map(parseReadyLine)).toEqual([
        null,
        { url: "http://127.0.0.1:1", tokenFile: "t" },
      ]);
    }
  });

  it.each(["", "{", "null", '{"event":"listening"}', '{"event":"x","url":"u","tokenFile":"t"}'])(
    "is not %j",
    (line) => expect(parseReadyLine(line)).toBeNull(),
  );

  it("a line without an end does not fill the memory", () => {
    const lines: string[] = [];
    const take = createLines((line) => lines.push(line), 100);
    for (let i = 0; i < 50; i++) take("x".repeat(100));
    take("\n");
    expect(lines[0]?.length).toBeLessThanOrEqual(100);
  });
});

describe("a window's place", () => {
  const usual = { width: 1000, height: 700 };
  const screen = { x: 0, y: 0, width: 1920, height: 1080 };
  const stored = { x: 100, y: 50, width: 800, height: 600, maximized: true };

  it("is that of the last time, where it would be seen", () => {
    expect(placed(stored, usual, [screen])).toEqual(stored);
    const right = { ...screen, x: 1920 };
    expect(placed({ ...stored, x: 2000 }, usual, [screen, right])).toMatchObject({ x: 2000 });
  });

  it("keeps its size where the screen is gone, and is placed by the system", () => {
    const lost = placed({ ...stored, x: 2000 }, usual, [screen]);
    expect(lost).toEqual({ width: 800, height: 600, maximized: true });
    expect(placed({ ...stored, y: 1075 }, usual, [screen])).not.toHaveProperty("x");
    expect(placed({ ...stored, x: -790 }, usual, [screen])).not.toHaveProperty("x");
  });

  it.each([null, "x", {}, { ...stored, width: "wide" }, { ...stored, height: 3 }, [1, 2, 3, 4]])(
    "is the usual one for %j",
    (garbled) => expect(placed(garbled, usual, [screen])).toEqual(usual),
  );
});

it("the quit guard speaks both languages", () => {
  expect(quitWords("en-GB").title(3)).toBe("3 changes have not reached the cloud.");
  expect(quitWords("de-AT").title(1)).toBe("1 Änderung hat die Cloud noch nicht erreicht.");
  expect(quitWords("fr").title(1)).toBe("1 change has not reached the cloud.");
});
