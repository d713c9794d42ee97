// What a routed call is answered with, before it takes axios' or fetch's form.

import type { Json } from "../json.js";
import { problemPrefix, SyncProblem } from "../problem.js";
import type { RowState } from "../types.js";

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** undefined: an answer without a body. */
  body: unknown;
  /** Why it is refused; null: it is not. */
  problem: SyncProblem | null;
}

/** What a row's answer says of its syncing: waiting, synced, needs-you … */
export const stateHeader = "x-slipway-state";
/** The queue's entries that a write became. */
export const entryHeader = "x-slipway-entry";

export function answered(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Answer {
  const json = { "content-type": "application/json; charset=utf-8" };
  return {
    status,
    headers: { ...(body === undefined ? {} : json), ...headers },
    body,
    problem: null,
  };
}

/** The daemon's own refusals of this page must not look like the app's user being signed out. */
const statusForApp: Record<number, number> = { 401: 503, 403: 503, 421: 503 };

export function refused(problem: SyncProblem): Answer {
  const status = statusForApp[problem.status] ?? problem.status;
  const retryAfter = problem.retryAfterMs === null ? null : Math.ceil(problem.retryAfterMs / 1000);
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      [stateHeader]: "refused",
      ...(retryAfter === null ? {} : { "retry-after": String(retryAfter) }),
    },
    body: { ...problem.toBody(), status },
    problem,
  };
}

/** A refusal that is decided here, before the daemon is asked. */
export function refuse(
  status: number,
  slug: string,
  title: string,
  detail: string,
  field?: string,
): SyncProblem {
  const at = field === undefined ? {} : { field };
  return new SyncProblem({ type: problemPrefix + slug, status, title, detail, ...at });
}

const worstFirst: RowState[] = ["needs-you", "quarantined", "waiting", "local-only"];

/** The state of a list: that of its row which is furthest from synced. */
export function worstState(states: readonly RowState[]): RowState {
  return worstFirst.find((state) => states.includes(state)) ?? "synced";
}

/** A body as it came from the app: text, or something that only the app's own API can take. */
export function parseBody(body: unknown, contentType: string): Json {
  if (body === undefined || body === null || body === "") return null;
  if (body instanceof URLSearchParams) return Object.fromEntries(body);
  if (typeof body === "string") {
    // axios calls every text a form: what it is, is seen from the text.
    try {
      return JSON.parse(body) as Json;
    } catch {
      // no JSON
    }
    if (contentType.includes("x-www-form-urlencoded") && isForm(body)) {
      return Object.fromEntries(new URLSearchParams(body));
    }
  } else if (isPlain(body)) {
    return JSON.parse(JSON.stringify(body)) as Json;
  }
  throw refuse(
    415,
    "unsupported-body",
    "This call's body is not JSON, so it cannot be kept for later",
    "Nothing was written. Send JSON, or make the route one that needs the cloud (online).",
  );
}

const isForm = (text: string) => text.split("&").every((pair) => /^[^=]+=/.test(pair));

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
