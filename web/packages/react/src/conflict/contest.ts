// A parked conflict, read for a decision: which fields stand against each other, what each side has,
// what can be chosen. Pure.

import {
  type ConflictReason,
  type EntryDetail,
  type Json,
  type Resolution,
  type Rule,
  sameValue,
  type Values,
  type Version,
} from "@slipway/client";
import { suggest, type Suggestion } from "./suggestion.js";

/** What kind of question it is: field by field, or one choice for the whole. */
export type Question = "fields" | "gone" | "deletion" | "stuck" | "group";

export interface ContestedField {
  field: string;
  base: Json;
  local: Json;
  server: Json;
  suggestion: Suggestion | null;
}

export interface Contest {
  question: Question;
  reason: ConflictReason;
  contested: ContestedField[];
  /** Fields that this entry wrote and that nobody else did. */
  alsoWritten: string[];
  /** Fields of the row that are the same on both sides. */
  unchanged: string[];
  base: Values;
  local: Values;
  /** null: the row is gone. */
  server: Values | null;
  /** The version that a decision stands on. */
  seen: Version | null;
  /** The cloud has changed again since the entry was parked. */
  movedOn: boolean;
  /** Who wrote the other version; null: not known. */
  who: string | null;
  when: string | null;
}

/** `ruleOf`: the declared rule of a field. */
export function contestOf(
  entry: EntryDetail,
  ruleOf: (field: string) => Rule = () => "manual",
): Contest | null {
  const { conflict, current } = entry;
  if (conflict === null) return null;
  const { reason, who = null, when = null, version = null } = conflict;
  const movedOn = current !== null && version !== null && !sameVersion(current.version, version);
  const base = conflict.base ?? {};
  const local = conflict.local ?? entry.payload;
  const known = current?.deleted === true ? null : (current?.values ?? null);
  const server =
    movedOn || conflict.server === undefined ? known : withRest(conflict.server, known);
  const question = questionOf(entry, reason, server);
  const contested =
    question === "fields" ? contestedFields(entry, base, local, server ?? {}, ruleOf) : [];
  const names = new Set(contested.map(({ field }) => field));
  const others = Object.keys(local).filter((field) => !names.has(field));
  return {
    question,
    reason,
    contested,
    alsoWritten: others.filter((field) => !sameValue(of(local, field), of(base, field))),
    unchanged: Object.keys(server ?? {}).filter((field) => !(field in local)),
    base,
    local,
    server,
    seen: movedOn ? current.version : version,
    movedOn,
    who: movedOn ? null : who,
    when: movedOn ? null : when,
  };
}

function sameVersion(a: Version, b: Version): boolean {
  return a.seq === b.seq && a.salt === b.salt;
}

const of = (values: Values, field: string): Json => values[field] ?? null;

/** The conflict names the touched fields; the rest of the row stands beside it. */
function withRest(server: Values | null, row: Values | null): Values | null {
  return server === null ? null : { ...row, ...server };
}

function questionOf(entry: EntryDetail, reason: ConflictReason, server: Values | null): Question {
  if (reason === "group") return "group";
  if (reason === "has-children" || reason === "reference-missing") return "stuck";
  if (entry.op === "delete") return "deletion";
  return server === null || reason === "deleted" ? "gone" : "fields";
}

/** The fields that the cloud named, and those that have come to differ since. */
function contestedFields(
  entry: EntryDetail,
  base: Values,
  local: Values,
  server: Values,
  ruleOf: (field: string) => Rule,
): ContestedField[] {
  const named = new Set(entry.conflict?.fields ?? []);
  return Object.keys(local)
    .map((field) => {
      const [before, mine, theirs] = [of(base, field), of(local, field), of(server, field)];
      return { field, base: before, local: mine, server: theirs };
    })
    .filter(({ field, base: before, local: mine, server: theirs }) => {
      if (sameValue(mine, theirs)) return false;
      return named.has(field) || (field in server && !sameValue(before, theirs));
    })
    .map((contested) => ({
      ...contested,
      suggestion: suggest(
        contested.base,
        contested.local,
        contested.server,
        ruleOf(contested.field),
      ),
    }));
}

export type Side = "base" | "local" | "server";
/** What was chosen for a field; undefined: nothing yet. */
export type Choice = { side: Side } | { side: "suggestion" } | { side: "other"; value: Json };
export type Choices = Readonly<Record<string, Choice>>;

export function chosenValue(field: ContestedField, choice: Choice | undefined): Json | undefined {
  if (choice === undefined) return undefined;
  if (choice.side === "other") return choice.value;
  return choice.side === "suggestion" ? field.suggestion?.value : field[choice.side];
}

export function undecided(contest: Contest, choices: Choices): ContestedField[] {
  return contest.contested.filter(
    (field) => chosenValue(field, choices[field.field]) === undefined,
  );
}

export type Preset = "mine" | "theirs" | "merged";

/** The choices that a preset makes; those that it says nothing about stay as they are. */
export function preset(contest: Contest, kind: Preset, choices: Choices): Choices {
  const made: Record<string, Choice> = { ...choices };
  for (const { field, suggestion } of contest.contested) {
    if (kind === "mine") made[field] = { side: "local" };
    else if (kind === "theirs") made[field] = { side: "server" };
    else if (suggestion !== null) made[field] = { side: "suggestion" };
  }
  return made;
}

/** Whether the choices are just those that a preset makes. */
export function isPreset(contest: Contest, kind: Preset, choices: Choices): boolean {
  const made = preset(contest, kind, choices);
  const decides = contest.contested.some(({ suggestion }) => suggestion !== null);
  if (kind === "merged" && !decides) return false;
  return contest.contested.every(({ field }) => made[field]?.side === choices[field]?.side);
}

/** Which of the three a set of choices amounts to. */
export function presetOf(contest: Contest, choices: Choices): Preset {
  const sides = new Set(contest.contested.map(({ field }) => choices[field]?.side));
  if (sides.size === 1 && sides.has("local")) return "mine";
  return sides.size === 1 && sides.has("server") ? "theirs" : "merged";
}

/** What the row will have: the chosen values and what else was written here. */
export function resultOf(contest: Contest, choices: Choices): Values {
  const result: Values = {};
  for (const field of contest.alsoWritten) result[field] = of(contest.local, field);
  for (const field of contest.contested) {
    const value = chosenValue(field, choices[field.field]);
    if (value !== undefined) result[field.field] = value;
  }
  return result;
}

/** Nothing of what was written here remains: the entry is discarded. */
export function nothingLeft(contest: Contest, choices: Choices): boolean {
  if (contest.alsoWritten.length > 0 || undecided(contest, choices).length > 0) return false;
  return contest.contested.every((field) => {
    const value = chosenValue(field, choices[field.field]);
    return value !== undefined && sameValue(value, field.server);
  });
}

/** The request that says so. */
export function resolutionOf(contest: Contest, choices: Choices): Resolution {
  const take: Record<string, Side> = {};
  const fields: Values = {};
  for (const field of contest.contested) {
    const choice = choices[field.field];
    const value = chosenValue(field, choice);
    if (choice === undefined || value === undefined) continue;
    if (choice.side === "other" || choice.side === "suggestion") fields[field.field] = value;
    else take[field.field] = choice.side;
  }
  return { take, fields, ...(contest.seen === null ? {} : { seen: contest.seen }) };
}
