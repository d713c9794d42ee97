// How times, waits and numbers are written. Pure; `now` and the locale are arguments.

export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(value);
}

export function formatDateTime(stored: string, locale: string): string {
  const time = new Date(stored);
  if (Number.isNaN(time.getTime())) return stored;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(time);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/**
 * "2 minutes ago"; anything under a minute is "now". What lies in the future was written by a clock that
 * is not this one: it is given as it was written.
 */
export function formatAgo(stored: string, now: number, locale: string): string {
  const passed = new Date(stored).getTime() - now;
  if (Number.isNaN(passed)) return stored;
  if (passed >= 60_000) return formatDateTime(stored, locale);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, ms] of steps) {
    if (Math.abs(passed) >= ms) return format.format(Math.trunc(passed / ms), unit);
  }
  return format.format(0, "second");
}

/** 40 000 → "40 s", 125 000 → "2 min", 5 400 000 → "1 h 30 min". */
export function formatWait(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}
