// How the desk writes values: money, ports, weights, times. Pure; `now` is an argument.

import type { Json } from "@slipway/client";
import { portName } from "./ports";

/** Times are stored as the database layer writes them: 2026-11-22T13:25:01.462+00:00. */
export function toStoredTime(time: Date): string {
  return time.toISOString().replace("Z", "+00:00");
}

function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // not a currency code
  }
}

/** 123456, "EUR" → "1,234.56 €" in the reader's language. */
export function formatMoney(minor: number, currency: string, locale: string): string {
  const digits = digitsOf(currency);
  const amount = minor / 10 ** digits;
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
  } catch {
    return `${amount.toFixed(digits)} ${currency}`.trim();
  }
}

/** An amount whose currency is not known: with the usual two digits and no sign. */
export function formatAmount(minor: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(minor / 100);
}

/** Minor units → what stands in an input field: "1234.50", or "1234,50" where one writes so. */
export function minorToInput(minor: number, currency: string, locale: string): string {
  const digits = digitsOf(currency);
  return inputNumber(minor / 10 ** digits, locale, digits, digits);
}

/** Grams → kilograms as they stand in an input field. */
export function gramsToInput(grams: number, locale: string): string {
  return inputNumber(grams / 1000, locale, 0, 3);
}

function inputNumber(value: number, locale: string, least: number, most: number): string {
  const format = new Intl.NumberFormat(locale, {
    useGrouping: false,
    minimumFractionDigits: least,
    maximumFractionDigits: most,
    numberingSystem: "latn", // scaled() reads no other digits
  });
  return format.format(value);
}

/** What was typed → minor units; null if it is no amount. Takes "1,234.50", "1.234,50", "12,5". */
export function inputToMinor(text: string, currency: string): number | null {
  return scaled(text, digitsOf(currency));
}

/** Kilograms as typed → grams; null if it is no weight. */
export function inputToGrams(text: string): number | null {
  return scaled(text, 3);
}

function scaled(text: string, digits: number): number | null {
  // Without spaces, marks of thousands and of direction; some write the true minus.
  const plain = text.replace(/[\s'’\u061c\u200e\u200f]/g, "").replace("\u2212", "-");
  if (!/^-?[\d.,]+$/.test(plain)) return null;
  const mark = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  const tail = plain.length - mark - 1;
  // A last group of exactly three digits is thousands, unless there are three decimals.
  const hasFraction = mark >= 0 && tail > 0 && (tail !== 3 || digits === 3);
  const whole = (hasFraction ? plain.slice(0, mark) : plain).replace(/[.,]/g, "");
  const amount = Number(hasFraction ? `${whole || "0"}.${plain.slice(mark + 1)}` : whole);
  const minor = Math.round(amount * 10 ** digits);
  return Number.isSafeInteger(minor) ? minor : null;
}

/** 18250000 → "18.25 t", 900 → "0.9 kg". */
export function formatWeight(grams: number, locale: string): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return grams >= 1_000_000 ? `${number(grams / 1e6, 2)} t` : `${number(grams / 1000, 3)} kg`;
}

export function formatPort(code: string): string {
  const name = portName(code);
  return name === code ? code : `${name} (${code})`;
}

export function formatDate(stored: string, locale: string): string {
  const time = new Date(stored);
  if (Number.isNaN(time.getTime())) return stored;
  return new Intl.DateTimeFormat(locale, {
    day: "2-digit",
    month: "short",
    year: "numeric",
    timeZone: "UTC", // the desk's dates are calendar days, stored as midnight UTC
  }).format(time);
}

export function formatDateTime(stored: string, locale: string): string {
  const time = new Date(stored);
  if (Number.isNaN(time.getTime())) return stored;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(time);
}

/** Shown until the cloud gives a number: stable for one id, and clearly not final. */
export function temporaryNumber(prefix: string, entityId: string): string {
  const tail = entityId.replace(/[^0-9a-zA-Z]/g, "").slice(-4);
  return `${prefix}-${tail.toUpperCase().padStart(4, "0")}`;
}

export const text = (value: Json | undefined): string =>
  value === null || value === undefined ? "" : String(value);
export const number = (value: Json | undefined): number =>
  typeof value === "number" ? value : Number(value ?? 0) || 0;
