// The twin of the axios adapter for code that calls fetch: a function to use in its place.

import { problemOf } from "../problem.js";
import type { Answer } from "./answer.js";
import type { Inner } from "./inner.js";
import { createRouter } from "./router.js";
import type { RoutingOptions } from "./routes.js";

export interface FetchOptions extends RoutingOptions {
  /** Where calls go that the table does not name. Default: the fetch that the client uses. */
  otherwise?: typeof fetch;
}

export function createFetchAdapter(
  inner: Inner,
  own: typeof fetch,
  options: FetchOptions,
): typeof fetch {
  const router = createRouter(inner, options);
  const otherwise = options.otherwise ?? own;
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const match = router.match(method, url, options.base ?? "");
    if (match === null) return otherwise(input, init);
    const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
    signal?.throwIfAborted();
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
    const answer = await tryAnswer(async () => {
      const body = init?.body ?? (input instanceof Request ? await input.clone().text() : null);
      return router.answer(match, body, headers, signal ? { signal } : {});
    });
    return answer === null ? otherwise(input, init) : toResponse(answer, url);
  };
}

/** fetch speaks of an unreachable server with a TypeError. */
async function tryAnswer(run: () => Promise<Answer | null>): Promise<Answer | null> {
  try {
    return await run();
  } catch (error) {
    const problem = problemOf(error);
    throw problem === null ? error : new TypeError(problem.message, { cause: problem });
  }
}

function toResponse(answer: Answer, url: string): Response {
  const { status, headers, body } = answer;
  const response = new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers,
  });
  Object.defineProperty(response, "url", { value: url });
  return response;
}
