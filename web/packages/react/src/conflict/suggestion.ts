// A value that holds both changes, where there is a rule for it: numbers by their differences, lists
// and objects by their members, texts line by line. Pure. Only ever a suggestion: a person decides.

import { type Json, type Rule, sameJson } from "@slipway/client";
import { mergedText } from "./text-merge.js";

export type SuggestionKind = "sum" | "union" | "text" | "object" | "max" | "min";

export interface Suggestion {
  kind: SuggestionKind;
  value: Json;
}

/**
 * Null where no rule fits, or where it would only give one of the two sides; unless the field's own
 * declared rule says so.
 */
export function suggest(
  base: Json,
  local: Json,
  server: Json,
  rule: Rule = "manual",
): Suggestion | null {
  if (
    (rule === "max" || rule === "min") &&
    typeof local === "number" &&
    typeof server === "number"
  ) {
    return { kind: rule, value: Math[rule](local, server) };
  }
  const found = byKind(base, local, server);
  if (found === null || sameJson(found.value, local) || sameJson(found.value, server)) return null;
  return found;
}

function byKind(base: Json, local: Json, server: Json): Suggestion | null {
  if (typeof base === "number" && typeof local === "number" && typeof server === "number") {
    const value = server + (local - base);
    // A difference that floating point cannot carry exactly is no suggestion to make.
    return Number.isSafeInteger(value) ? { kind: "sum", value } : null;
  }
  if (Array.isArray(local) && Array.isArray(server)) {
    return { kind: "union", value: mergedList(Array.isArray(base) ? base : [], local, server) };
  }
  if (isObject(local) && isObject(server)) {
    const value = mergedObject(isObject(base) ? base : {}, local, server);
    return value === null ? null : { kind: "object", value };
  }
  if (typeof local === "string" && typeof server === "string") {
    const value = mergedText(typeof base === "string" ? base : "", local, server);
    return value === null ? null : { kind: "text", value };
  }
  return null;
}

type JsonObject = { [name: string]: Json };

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The server's list, without what was taken out here, with what was added here at its end. */
function mergedList(base: Json[], local: Json[], server: Json[]): Json[] {
  const has = (list: Json[], item: Json) => list.some((other) => sameJson(other, item));
  const kept = server.filter((item) => has(local, item) || !has(base, item));
  const added = local.filter((item) => !has(base, item) && !has(server, item));
  return [...kept, ...added];
}

/** Null where both sides changed one member to different values. */
function mergedObject(base: JsonObject, local: JsonObject, server: JsonObject): JsonObject | null {
  const merged: JsonObject = {};
  const names = new Set([...Object.keys(server), ...Object.keys(local)]);
  for (const name of names) {
    const [before, mine, theirs] = [base[name], local[name], server[name]];
    const mineMoved = !same(before, mine);
    if (mineMoved && !same(before, theirs) && !same(mine, theirs)) return null;
    const value = mineMoved ? mine : theirs;
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameJson(a, b);
}
