// Between the service's settings and what stands in the form. Pure.

import type { Settings, SettingsChange } from "@slipway/client";

export type TimingName = "intervalMs" | "backoffBaseMs" | "backoffMaxMs" | "attemptsMax";

export interface Draft extends Record<TimingName, string> {
  logPayloads: boolean;
}

interface Timing {
  name: TimingName;
  label: "interval" | "backoffBase" | "backoffMax" | "attemptsMax";
  inSeconds: boolean;
  /** As typed: seconds or a count. */
  least: number;
  most: number;
  /** null: not a number within the limits. */
  read: (text: string) => number | null;
}

const daySeconds = 86_400;

function timing(
  name: TimingName,
  label: Timing["label"],
  least: number,
  most: number,
  inSeconds: boolean,
): Timing {
  const read = (text: string) => {
    const number = text.trim() === "" ? Number.NaN : Number(text.replace(",", "."));
    if (!(number >= least && number <= most)) return null;
    if (inSeconds) return Math.round(number * 1000);
    return Number.isInteger(number) ? number : null;
  };
  return { name, label, inSeconds, least, most, read };
}

/** The limits are the service's (SettingsChange in the OpenAPI document). */
export const timings: readonly Timing[] = [
  timing("intervalMs", "interval", 0.1, daySeconds, true),
  timing("backoffBaseMs", "backoffBase", 0.001, daySeconds, true),
  timing("backoffMaxMs", "backoffMax", 0.001, daySeconds, true),
  timing("attemptsMax", "attemptsMax", 1, 1000, false),
];

export function draftOf(settings: Settings): Draft {
  const seconds = (ms: number) => String(ms / 1000);
  return {
    intervalMs: seconds(settings.intervalMs),
    backoffBaseMs: seconds(settings.backoffBaseMs),
    backoffMaxMs: seconds(settings.backoffMaxMs),
    attemptsMax: String(settings.attemptsMax),
    logPayloads: settings.logPayloads,
  };
}

/** null: something in the form is not a value. */
export function settingOf(draft: Draft): SettingsChange | null {
  const change: SettingsChange = { logPayloads: draft.logPayloads };
  for (const { name, read } of timings) {
    const value = read(draft[name]);
    if (value === null) return null;
    change[name] = value;
  }
  return change;
}
