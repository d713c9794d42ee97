import { describe, expect, it } from "vitest";
import { formatAgo, formatWait } from "../src/present/format";
import { actionWords, fieldName, rowName, valueText, words } from "../src/present/presentation";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";
import { textsFor } from "../src/texts/index";

describe("names without the app's help", () => {
  it.each([
    ["originPort", "Origin port"],
    ["InvoiceLine", "Invoice line"],
    ["invoice_line", "Invoice line"],
    ["VATNumber", "Vat number"],
  ])("%s is “%s”", (name, shown) => expect(words(name)).toBe(shown));

  it("a reference is called without its Id, a row by its number, name or id", () => {
    expect(fieldName({}, "customerId", "Shipment")).toBe("Customer");
    expect(fieldName({}, "id", "Shipment")).toBe("Id");
    expect(rowName({}, "Shipment", "s1", { name: "x", number: "S-1" })).toBe("S-1");
    expect(rowName({}, "Shipment", "s1", { name: "", title: "T" })).toBe("T");
    expect(rowName({}, "Shipment", "f565e042-d1a8-5962-a0c8-1c93cacd0293", null)).toBe("…cacd0293");
  });

  it("a business action has its own words, a plain one those of what it does", () => {
    const entry = { action: "UPDATE_QUOTE", op: "update", entityType: "Quote" } as const;
    expect(actionWords({}, en, entry)).toBe("changed");
    expect(actionWords({}, en, { ...entry, action: "APPROVE_QUOTE" })).toBe("approve quote");
    const present = { action: () => "approved" };
    expect(actionWords(present, en, { ...entry, action: "APPROVE_QUOTE" })).toBe("approved");
  });
});

describe("values without the app's help", () => {
  const shown = (
    value: Parameters<typeof valueText>[2],
    type: "text" | "datetime" | "boolean" | null = null,
  ) => valueText({}, en, value, { entityType: "S", field: "f", type, values: {}, locale: "en" });

  it.each([
    [null, "empty"],
    [undefined, "empty"],
    [true, "Yes"],
    [1234.5, "1,234.5"],
    ["<b>\u202Ex", "<b>\u202Ex"],
    [{ $blob: "AAAAAAAA" }, "6 bytes"],
    [{ $integer: "9223372036854775807" }, "9223372036854775807"],
    [["a"], '["a"]'],
  ])("%j is “%s”", (value, text) => expect(shown(value)).toBe(text));

  it("by the column's type", () => {
    expect(shown(0, "boolean")).toBe("No");
    expect(shown("2026-11-22T13:25:01.462+00:00", "datetime")).toMatch(/Nov 2\d, 2026/);
    expect(shown("not a date", "datetime")).toBe("not a date");
  });
});

describe("times", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  it("are told as people tell them", () => {
    expect(formatAgo("2026-11-22T11:59:30Z", now, "en")).toBe("now");
    expect(formatAgo("2026-11-22T11:30:00Z", now, "en")).toBe("30 minutes ago");
    expect(formatAgo("2026-11-20T11:30:00Z", now, "de")).toBe("vorgestern");
    expect(formatAgo("never", now, "en")).toBe("never");
    // Written by a clock that runs ahead: no "in 3 years".
    expect(formatAgo("2029-11-20T11:30:00Z", now, "en")).toMatch(/2029/);
    expect([40_000, 125_000, 5_400_000, -5].map(formatWait)).toEqual([
      "40 s",
      "2 min",
      "1 h 30 min",
      "0 s",
    ]);
  });
});

describe("the languages", () => {
  const leaves = (texts: object, path = ""): string[] =>
    Object.entries(texts).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "object" && value !== null
        ? leaves(value, `${path}${name}.`)
        : [`${path}${name}`],
    );
  const at = (texts: object, path: string): unknown =>
    path.split(".").reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], texts);

  it("say the same things", () => {
    // What the service says itself, it says in English.
    const own = leaves(de).filter((path) => !path.startsWith("said."));
    expect(own.sort()).toEqual(leaves(en).sort());
    const same = leaves(en).filter(
      (path) => typeof at(en, path) === "string" && at(en, path) === at(de, path),
    );
    expect(same.sort()).toEqual(
      ["badge.offline", "panel.pause", "panel.cloud", "conflict.cloud", "settings.cloud"]
        .filter((path) => same.includes(path))
        .sort(),
    );
  });

  it("are chosen by the locale, English where there is none for it", () => {
    expect(textsFor("de-AT")).toBe(de);
    expect(textsFor("en-GB")).toBe(en);
    expect(textsFor("fr")).toBe(en);
  });
});
