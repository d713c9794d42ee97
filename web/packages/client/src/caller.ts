// One HTTP call to the daemon: token, JSON, problems. Throws SyncProblem, or what the caller's own
// signal threw.

import { problemFrom, unreachableProblem } from "./problem.js";
import type { Json } from "./json.js";

export interface Target {
  /** Without a slash at its end. Asked for at each call: a service may come back elsewhere. */
  url: () => string;
  token: () => string;
  fetch: typeof fetch;
  /** How long an answer may take; a service that hangs must not leave a screen waiting for ever. */
  answerMaxMs: number;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** The call goes out even if the page is closed meanwhile. */
  keepalive?: boolean;
}

export interface Call extends CallOptions {
  body?: unknown;
  /** What the service was asked to wait, on top of the time that an answer may take. */
  waitMs?: number;
  headers?: Record<string, string>;
}

export type Caller = <T>(method: string, path: string, call?: Call) => Promise<T>;

export function createCaller(target: Target): Caller {
  return async function call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const deadline = AbortSignal.timeout(target.answerMaxMs + (call.waitMs ?? 0));
    const request: RequestInit = {
      method,
      headers: {
        ...authorization(target.token()),
        accept: "application/json",
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      cache: "no-store",
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]),
      ...(call.keepalive === true ? { keepalive: true } : {}),
    };
    try {
      const response = await target.fetch(target.url() + path, request);
      if (!response.ok) throw await problemFrom(response);
      return (await response.json()) as T;
    } catch (error) {
      if (call.signal?.aborted === true) throw error;
      if (deadline.aborted) throw unreachableProblem(deadline.reason);
      // fetch refuses with TypeError; a body that is cut off or not JSON is no better an answer.
      if (error instanceof TypeError || error instanceof SyntaxError) {
        throw unreachableProblem(error);
      }
      throw error;
    }
  };
}

export function authorization(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

export const encode = encodeURIComponent;

/** "?a=1&b=2"; what is undefined, null or empty is left out, a list is joined by commas. */
export function toSearch(query: Record<string, Json | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
