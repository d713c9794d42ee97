// Every word that the desk shows, in one place per language. A page speaks one language.

import { de } from "./de";
import { en, type Texts } from "./en";

export const locale: string =
  typeof navigator === "undefined" ? "en" : (navigator.language ?? "en");
export const texts: Texts = locale.toLowerCase().startsWith("de") ? de : en;

/** The words for a stored code (a status, a field, a mode); unknown codes are shown as they are. */
export function word(code: string): string {
  return texts.words[code] ?? code;
}
