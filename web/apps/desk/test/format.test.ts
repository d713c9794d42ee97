import { describe, expect, it } from "vitest";
import {
  gramsToInput,
  formatDate,
  formatMoney,
  formatPort,
  formatWeight,
  inputToGrams,
  inputToMinor,
  minorToInput,
  temporaryNumber,
  toStoredTime,
} from "../src/freight/format";

describe("money", () => {
  it("is shown in the currency's own decimals", () => {
    expect(formatMoney(123_456, "EUR", "en-US")).toBe("€1,234.56");
    expect(formatMoney(1500, "JPY", "en-US")).toBe("¥1,500");
    expect(formatMoney(100, "??", "en-US")).toBe("1.00 ??");
  });

  it.each([
    ["1250", 125_000],
    ["12,5", 1250],
    ["1.250,50", 125_050],
    ["1,250.50", 125_050],
    ["1,250", 125_000],
    ["1 250.5", 125_050],
    ["-3.10", -310],
    [".5", 50],
  ])("is read from %j", (typed, minor) => {
    expect(inputToMinor(typed, "EUR")).toBe(minor);
  });

  it.each(["", "abc", "12a", "1e5", "999999999999999999"])("is not read from %j", (typed) => {
    expect(inputToMinor(typed, "EUR")).toBeNull();
  });

  it.each(["en", "de", "de-CH", "fr", "pt", "ar-EG", "hi"])(
    "survives the way into a field and back as one writes it in %s",
    (locale) => {
      for (const minor of [0, 1, 99, 100, 123_456, 125_000_000, -50]) {
        expect(inputToMinor(minorToInput(minor, "EUR", locale), "EUR")).toBe(minor);
        expect(inputToMinor(minorToInput(minor, "JPY", locale), "JPY")).toBe(minor);
        expect(inputToGrams(gramsToInput(minor, locale))).toBe(minor);
      }
      expect(minorToInput(185_000, "EUR", "de")).toBe("1850,00");
    },
  );
});

describe("the desk's other values", () => {
  it("are written for people", () => {
    expect(formatPort("DEHAM")).toBe("Hamburg (DEHAM)");
    expect(formatPort("XXABC")).toBe("XXABC");
    expect(formatWeight(900, "en")).toBe("0.9 kg");
    expect(formatWeight(18_250_000, "en")).toBe("18.25 t");
    expect(inputToGrams("1623.6")).toBe(1_623_600);
    expect(formatDate("2026-11-22T00:00:00.000+00:00", "en-GB")).toBe("22 Nov 2026");
    expect(formatDate("not a date", "en")).toBe("not a date");
    expect(temporaryNumber("SHP", "0b6a-80ef")).toBe("SHP-80EF");
  });

  it("are stored in the database layer's form of time", () => {
    expect(toStoredTime(new Date(Date.UTC(2026, 10, 22, 13, 25, 1, 462)))).toBe(
      "2026-11-22T13:25:01.462+00:00",
    );
  });
});
