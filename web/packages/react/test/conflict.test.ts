import type { EntryDetail, Json } from "@slipway/client";
import { describe, expect, it } from "vitest";
import {
  type Choices,
  contestOf,
  isPreset,
  nothingLeft,
  preset,
  presetOf,
  resolutionOf,
  resultOf,
  undecided,
} from "../src/conflict/contest";
import { suggest } from "../src/conflict/suggestion";
import { mergedText } from "../src/conflict/text-merge";
import { typedOf, valueOf } from "../src/conflict/typed-value";

describe("a suggestion", () => {
  it.each<[string, Json, Json, Json, Json]>([
    ["adds both differences", 8, 11, 9, 12],
    ["adds differences below zero", 100, 90, 95, 85],
    ["joins lists", ["a", "b"], ["a", "b", "c"], ["b", "d"], ["b", "d", "c"]],
    ["takes out what either took out", ["a", "b"], ["a"], ["a", "b", "c"], ["a", "c"]],
    ["joins objects", { x: 1, y: 1 }, { x: 2, y: 1 }, { x: 1, y: 1, z: 3 }, { x: 2, y: 1, z: 3 }],
    ["adds differences to the third", 1, 0, 5, 4],
    ["merges lines", "a\nb\nc\nd\n", "a!\nb\nc\nd\n", "a\nb\nc\nd!\n", "a!\nb\nc\nd!\n"],
    [
      "merges words",
      "one two three four",
      "ONE two three four",
      "one two three FOUR",
      "ONE two three FOUR",
    ],
  ])("%s", (_, base, local, server, value) => {
    expect(suggest(base, local, server)?.value).toEqual(value);
  });

  it.each<[string, Json, Json, Json]>([
    ["would be one of the two sides", 8, 11, 8],
    ["has no rule: words", "BOOKED", "DELIVERED", "CANCELLED"],
    ["has no rule: different kinds", 8, "11", 9],
    ["both changed the same member", { x: 1 }, { x: 2 }, { x: 3 }],
    ["is no whole number", 0.1, 0.3, 0.7],
    ["both added at the same place", "a\n", "a\nb\n", "a\nc\n"],
  ])("is not made where it %s", (_, base, local, server) => {
    expect(suggest(base, local, server)).toBeNull();
  });
});

it("a field's own rule is its suggestion", () => {
  expect(suggest(8, 11, 9, "max")).toEqual({ kind: "max", value: 11 });
  expect(suggest(8, 11, 9, "min")).toEqual({ kind: "min", value: 9 });
});

describe("a merge of texts", () => {
  // Small texts by the thousand: a merge holds each side's change, or there is none.
  it("never loses a word that either side added", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    let merged = 0;
    for (let round = 0; round < 3000; round++) {
      const base = Array.from({ length: 1 + random(6) }, (_, i) => `w${i}`);
      const edited = (mark: string) => {
        const copy = [...base];
        if (random(2) === 0) copy.splice(random(copy.length + 1), 0, mark);
        else copy[random(copy.length)] = mark;
        return copy;
      };
      const [local, server] = [edited("MINE"), edited("THEIRS")];
      const result = mergedText(base.join(" "), local.join(" "), server.join(" "));
      if (result === null) continue;
      merged += 1;
      const words = result.split(/\s+/);
      expect(words).toEqual(expect.arrayContaining(["MINE", "THEIRS"]));
      const kept = base.filter((word) => local.includes(word) && server.includes(word));
      expect(words).toEqual(expect.arrayContaining(kept));
    }
    expect(merged).toBeGreaterThan(500);
  });

  it("is not tried where it would take too long", () => {
    const long = "x y ".repeat(500);
    expect(mergedText(long, `${long}a`, `b${long}`)).toBeNull();
  });
});

describe("a typed value", () => {
  it.each([
    ["12", "integer", 12],
    ["12.5", "integer", undefined],
    ["12,5", "real", 12.5],
    ["", "integer", null],
    ["x", "real", undefined],
    ["true", "boolean", true],
    ["false", "boolean", false],
    ["12.50", "decimal", "12.50"],
    ["2026-11-22T13:00:00Z", "datetime", "2026-11-22T13:00:00.000+00:00"],
    ["tomorrow", "datetime", undefined],
    ['{"a":1}', "json", { a: 1 }],
    ["{", "json", undefined],
    ["", "text", ""],
    [" x ", "text", " x "],
    ["abc", "blob", undefined],
  ] as const)("%j for %s is %j", (text, type, value) => {
    const typed = valueOf(text, type);
    expect(typed.ok ? typed.value : undefined).toEqual(value);
  });

  it("starts as what is there", () => {
    expect(typedOf({ a: 1 }, "json")).toBe('{"a":1}');
    expect(typedOf(null, "text")).toBe("");
    expect(typedOf(false, "boolean")).toBe("false");
  });
});

const entry = (part: Partial<EntryDetail>, conflict: Partial<EntryDetail["conflict"]> = {}) =>
  ({
    id: 1,
    op: "update",
    payload: { status: "DELIVERED", pieces: 11, notes: "mine" },
    conflict: {
      reason: "changed",
      fields: ["status", "pieces"],
      base: { status: "BOOKED", pieces: 8, notes: "old" },
      local: { status: "DELIVERED", pieces: 11, notes: "mine" },
      server: { status: "CANCELLED", pieces: 9, notes: "old" },
      version: { seq: 5, salt: "a" },
      who: "New York",
      when: "2026-11-22T09:00:00Z",
      ...conflict,
    },
    current: null,
    ...part,
  }) as EntryDetail;

describe("a contest", () => {
  const contest = contestOf(entry({}));
  if (contest === null) throw new Error("there is a conflict");

  it("names the fields that stand against each other, and keeps the others apart", () => {
    expect(contest.contested.map(({ field }) => field)).toEqual(["status", "pieces"]);
    expect(contest.alsoWritten).toEqual(["notes"]);
    expect(contest).toMatchObject({ question: "fields", who: "New York", movedOn: false });
    expect(contest.seen).toEqual({ seq: 5, salt: "a" });
  });

  it("is decided field by field, and says what is sent", () => {
    const choices: Choices = { status: { side: "server" } };
    expect(undecided(contest, choices).map(({ field }) => field)).toEqual(["pieces"]);
    const all: Choices = { ...choices, pieces: { side: "other", value: 20 } };
    expect(undecided(contest, all)).toEqual([]);
    expect(resultOf(contest, all)).toEqual({ notes: "mine", status: "CANCELLED", pieces: 20 });
    expect(resolutionOf(contest, all)).toEqual({
      take: { status: "server" },
      fields: { pieces: 20 },
      seen: { seq: 5, salt: "a" },
    });
  });

  it("has presets, and knows them again", () => {
    for (const kind of ["mine", "theirs"] as const) {
      expect(presetOf(contest, preset(contest, kind, {}))).toBe(kind);
    }
    const merged = preset(contest, "merged", { status: { side: "local" } });
    expect(merged).toEqual({ status: { side: "local" }, pieces: { side: "suggestion" } });
    expect(presetOf(contest, merged)).toBe("merged");
    expect(isPreset(contest, "merged", merged)).toBe(true);
    expect(isPreset(contest, "merged", preset(contest, "mine", {}))).toBe(false);
    expect(isPreset(contest, "mine", {})).toBe(false);
    expect(resolutionOf(contest, merged).fields).toEqual({ pieces: 12 });
  });

  it("knows when nothing of the change is left", () => {
    expect(nothingLeft(contest, preset(contest, "theirs", {}))).toBe(false); // notes remain
    const only = contestOf(
      entry({ payload: {} }, { local: { status: "DELIVERED" }, fields: ["status"] }),
    );
    if (only === null) throw new Error("there is a conflict");
    expect(nothingLeft(only, preset(only, "theirs", {}))).toBe(true);
    expect(nothingLeft(only, {})).toBe(false);
  });

  it("stands on the newest version, where the cloud has moved on since", () => {
    const values = { status: "CANCELLED", pieces: 11, notes: "theirs", mode: "AIR" };
    const current = { version: { seq: 9, salt: "b" }, deleted: false, values };
    const moved = contestOf(entry({ current }));
    expect(moved).toMatchObject({ movedOn: true, who: null, seen: { seq: 9, salt: "b" } });
    // pieces agree by now; the notes have come to differ
    expect(moved?.contested.map(({ field }) => field)).toEqual(["status", "notes"]);
    expect(moved?.unchanged).toEqual(["mode"]);
  });

  it.each([
    ["gone", {}, { reason: "deleted", server: null }],
    ["deletion", { op: "delete" }, {}],
    ["stuck", {}, { reason: "reference-missing" }],
    ["stuck", { op: "delete" }, { reason: "has-children" }],
    ["group", {}, { reason: "group" }],
    ["fields", { op: "create" }, { reason: "already-exists" }],
  ] as const)("asks as “%s” for %j %j", (question, part, conflict) => {
    expect(contestOf(entry(part, conflict))?.question).toBe(question);
  });

  it("is none where nothing stands against the entry", () => {
    expect(contestOf(entry({ conflict: null }))).toBeNull();
  });
});
