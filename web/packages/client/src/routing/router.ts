// A call that the table names, answered from this device. Used by both adapters.

import type { CallOptions } from "../caller.js";
import { needsCloud, SyncProblem } from "../problem.js";
import type { Capabilities } from "../types.js";
import { type Answer, parseBody, refuse, refused } from "./answer.js";
import type { Inner } from "./inner.js";
import { createMatcher, type Match } from "./match.js";
import { answerList, answerRead } from "./read.js";
import type { RoutedCall, RoutingOptions } from "./routes.js";
import { createWriter, type Writer } from "./write.js";

export interface Router {
  /** Null: the table does not name this call. */
  match(method: string, url: string, base: string): Match | null;
  /** Null: the call goes to the app's own API. Throws SyncProblem only if no daemon answers. */
  answer(
    match: Match,
    body: unknown,
    headers: Headers,
    options: CallOptions,
  ): Promise<Answer | null>;
}

export function createRouter(inner: Inner, options: RoutingOptions): Router {
  const writer = createWriter(inner);
  return {
    match: createMatcher(options.routes),
    async answer(match, body, headers, extra) {
      try {
        return await route(inner, writer, match, body, headers, extra);
      } catch (error) {
        if (error instanceof SyncProblem && error.status > 0) return refused(error);
        throw error;
      }
    },
  };
}

async function route(
  inner: Inner,
  writer: Writer,
  match: Match,
  body: unknown,
  headers: Headers,
  options: CallOptions,
): Promise<Answer | null> {
  const { route, method, path, params, query } = match;
  if (route.online !== undefined) {
    await needCloud(inner, route.online, options);
    return null;
  }
  const parsed = method === "GET" ? null : parseBody(body, headers.get("content-type") ?? "");
  const call: RoutedCall = { method, path, params, query, body: parsed, headers, sync: inner.sync };
  if (route.list !== undefined) return answerList(inner, route, call, options);
  if (route.read !== undefined) return answerRead(inner, route, call, options);
  if (route.create !== undefined) return writer.create(route, call, options);
  if (route.update !== undefined) return writer.update(route, call, options);
  if (route.delete !== undefined) return writer.remove(route, call, options);
  return writer.group(route, call, options);
}

async function needCloud(inner: Inner, action: string, options: CallOptions): Promise<void> {
  const [capabilities, status] = await Promise.all([
    inner.sync.capabilities(options),
    inner.sync.status(options),
  ]);
  const own = actionOf(capabilities, action);
  if (own !== null && !own.allowed) throw cloudIsMissing(action, own.reason);
  if (status.connection !== "online") throw cloudIsMissing(action, status.reason);
}

function actionOf(capabilities: Capabilities, action: string) {
  return capabilities.actions.find((candidate) => candidate.action === action) ?? null;
}

function cloudIsMissing(action: string, reason: string | null): SyncProblem {
  return refuse(
    503,
    needsCloud,
    `${action} needs the cloud, and the cloud cannot be reached now`,
    `${reason === null ? "" : `${reason.replace(/\.$/, "")}. `}Nothing was sent. Try again when the connection is back.`,
  );
}
