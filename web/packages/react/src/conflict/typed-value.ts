// Between a field's value and what stands in an input for it. Pure.

import { type FieldType, type Json, storedTime } from "@slipway/client";

export type Typed = { ok: true; value: Json } | { ok: false };

/** What a person would type for this value. */
export function typedOf(value: Json | undefined, type: FieldType | null): string {
  if (value === undefined || value === null) return "";
  if (type === "json" || typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** Nothing typed is null, except in a text, where it is an empty text. */
export function valueOf(text: string, type: FieldType | null): Typed {
  const trimmed = text.trim();
  switch (type) {
    case "integer":
      return trimmed === "" ? empty : numberFrom(trimmed, Number.isSafeInteger);
    case "real":
      return trimmed === "" ? empty : numberFrom(trimmed, Number.isFinite);
    case "decimal":
      return trimmed === "" ? empty : Number.isNaN(Number(trimmed)) ? wrong : ok(trimmed);
    case "boolean":
      return trimmed === "" ? empty : ok(trimmed === "true");
    case "datetime":
      return trimmed === "" ? empty : timeFrom(trimmed);
    case "json":
      return trimmed === "" ? empty : jsonFrom(trimmed);
    case "blob":
      return wrong; // bytes are not typed
    default:
      return ok(text);
  }
}

const ok = (value: Json): Typed => ({ ok: true, value });
const empty: Typed = ok(null);
const wrong: Typed = { ok: false };

function numberFrom(text: string, isFine: (number: number) => boolean): Typed {
  const number = Number(text.replace(",", "."));
  return isFine(number) ? ok(number) : wrong;
}

function timeFrom(text: string): Typed {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? wrong : ok(storedTime(time));
}

function jsonFrom(text: string): Typed {
  try {
    return ok(JSON.parse(text) as Json);
  } catch {
    return wrong;
  }
}
