import { describe, expect, it } from "vitest";
import { entryAfter, stepOf } from "../src/panel/list-keys";
import { layoutOf } from "../src/panel/sections";

const layout = layoutOf([
  { section: "needs-you", total: 2 },
  { section: "waiting", total: 0 },
  { section: "recent", total: 3 },
]);

describe("three sections in one list", () => {
  it("have a header each, and a sentence where there is nothing", () => {
    const kinds = Array.from({ length: layout.count }, (_, line) => layout.lineAt(line));
    expect(
      kinds.map((line) => ("index" in line ? `${line.section} ${line.index}` : line.kind)),
    ).toEqual([
      "header",
      "needs-you 0",
      "needs-you 1",
      "header",
      "nothing",
      "header",
      "recent 0",
      "recent 1",
      "recent 2",
    ]);
    expect(layout.headerOf("recent")).toBe(5);
    expect(() => layout.lineAt(-1)).toThrow("no line -1");
  });

  it("know which of their entries are on the screen", () => {
    expect(layout.entriesBetween("needs-you", 0, 1)).toEqual({ first: 0, last: 0 });
    expect(layout.entriesBetween("recent", -5, 100)).toEqual({ first: 0, last: 2 });
    expect(layout.entriesBetween("recent", 0, 4)).toBeNull();
    expect(layout.entriesBetween("waiting", 0, 100)).toBeNull();
  });
});

describe("the keys", () => {
  it("go from entry to entry, over headers and sentences", () => {
    expect(entryAfter(layout, 2, 1)).toBe(6);
    expect(entryAfter(layout, 6, -1)).toBe(2);
    expect(entryAfter(layout, 1, -1)).toBe(1);
    expect(entryAfter(layout, 8, 1)).toBe(8);
    expect(entryAfter(layout, 1, Number.POSITIVE_INFINITY)).toBe(8);
    expect(entryAfter(layout, 8, Number.NEGATIVE_INFINITY)).toBe(1);
    expect(entryAfter(layoutOf([{ section: "recent", total: 0 }]), 0, 1)).toBeNull();
  });

  it("move by a screen, and leave other keys alone", () => {
    expect([stepOf("PageDown", 9), stepOf("PageUp", 9), stepOf("PageUp", 0)]).toEqual([8, -8, -1]);
    expect(stepOf("a", 9)).toBeNull();
  });
});
