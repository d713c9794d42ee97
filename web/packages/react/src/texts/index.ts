// Which language a page speaks: that of the locale if there is one for it, else English.

import { de } from "./de.js";
import { en, type Texts } from "./en.js";

const languages: Record<string, Texts> = { de, en };

export function textsFor(locale: string): Texts {
  return languages[locale.toLowerCase().split("-")[0] ?? "en"] ?? en;
}
