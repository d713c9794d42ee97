// An adapter for axios (`axios.defaults.adapter = …`): calls in the route table are answered from
// this device, the others go where they went before. axios itself is not imported: the app's own
// copy is used, of any version from 0.20 on.

import { problemOf } from "../problem.js";
import type { Answer } from "./answer.js";
import { axiosError, canceledError } from "./axios-error.js";
import { fullUrl, headersOf, sendWithFetch } from "./axios-request.js";
import type { AxiosAnswer, AxiosConfig, AxiosLike } from "./axios-types.js";
import type { Inner } from "./inner.js";
import { createRouter } from "./router.js";
import type { RoutingOptions } from "./routes.js";

export interface AxiosOptions extends RoutingOptions {
  /**
   * The app's axios (or an instance). Calls that the table does not name then go through the
   * adapter that it had, and errors are its own AxiosError. Without it they go out with fetch.
   */
  axios?: AxiosLike;
}

export type AxiosAdapterFunction = <Config extends AxiosConfig>(
  config: Config,
) => Promise<AxiosAnswer<Config>>;

export function createAxiosAdapter(
  inner: Inner,
  own: typeof fetch,
  options: AxiosOptions,
): AxiosAdapterFunction {
  const router = createRouter(inner, options);
  const original = originalAdapter(options.axios, own);
  return async <Config extends AxiosConfig>(config: Config): Promise<AxiosAnswer<Config>> => {
    const url = fullUrl(config, options.axios);
    const method = (config.method ?? "get").toUpperCase();
    const match = router.match(method, url, options.base ?? config.baseURL ?? "");
    if (match === null) return original(config);
    const call = callSignal(config);
    let answer: Answer | null;
    try {
      call.signal.throwIfAborted();
      answer = await router.answer(match, config.data, headersOf(config), { signal: call.signal });
    } catch (error) {
      throw translated(error, call, config, options.axios);
    } finally {
      call.end();
    }
    return answer === null ? original(config) : settle(answer, config, options.axios);
  };
}

type Original = <Config extends AxiosConfig>(config: Config) => Promise<AxiosAnswer<Config>>;

function originalAdapter(axios: AxiosLike | undefined, own: typeof fetch): Original {
  const before = axios?.defaults?.adapter; // read now: the app is about to replace it
  const adapter = typeof before === "function" ? before : axios?.getAdapter?.(before as never);
  if (adapter === undefined) return (config) => sendWithFetch(own, config, axios);
  // The types of axios' versions differ in details that do not matter here.
  return adapter as Original;
}

/** One signal for the ways in which axios can end a call. */
function callSignal(config: AxiosConfig) {
  const abort = new AbortController();
  const cancel = () => abort.abort();
  config.signal?.addEventListener?.("abort", cancel);
  if (config.signal?.aborted === true) cancel();
  void config.cancelToken?.promise.then(cancel);
  let timedOut = false;
  const timer =
    config.timeout === undefined || config.timeout <= 0
      ? null
      : setTimeout(() => {
          timedOut = true;
          cancel();
        }, config.timeout);
  return {
    signal: abort.signal,
    timedOut: () => timedOut,
    end: () => {
      if (timer !== null) clearTimeout(timer);
      config.signal?.removeEventListener?.("abort", cancel);
    },
  };
}

/** As axios' own adapters do it: the status decides whether it is an error. */
function settle<Config extends AxiosConfig>(
  answer: Answer,
  config: Config,
  axios: AxiosLike | undefined,
): AxiosAnswer<Config> {
  const { status, headers, problem } = answer;
  const response: AxiosAnswer<Config> = {
    // Text, as from a server: what the app's transformResponse expects.
    data: answer.body === undefined ? "" : JSON.stringify(answer.body),
    status,
    statusText: statusTexts[status] ?? "",
    headers,
    config,
    request: null,
  };
  const accepts = config.validateStatus;
  if (accepts === null || (accepts ?? isSuccess)(status)) return response;
  const code = status < 500 ? "ERR_BAD_REQUEST" : "ERR_BAD_RESPONSE";
  const message = problem?.message ?? `Request failed with status code ${status}`;
  throw axiosError(axios, message, code, config, response, problem);
}

const isSuccess = (status: number) => status >= 200 && status < 300;
const statusTexts: Record<number, string> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  404: "Not Found",
  409: "Conflict",
  422: "Unprocessable Content",
  503: "Service Unavailable",
};

function translated(
  error: unknown,
  call: ReturnType<typeof callSignal>,
  config: AxiosConfig,
  axios: AxiosLike | undefined,
): unknown {
  if (call.timedOut()) {
    const message = config.timeoutErrorMessage || `timeout of ${config.timeout}ms exceeded`;
    return axiosError(axios, message, "ECONNABORTED", config, null, null);
  }
  if (call.signal.aborted) return canceledError(axios, config);
  const problem = problemOf(error);
  if (problem === null) return error;
  // No daemon: to the app this is a network that is down.
  return axiosError(axios, problem.message, "ERR_NETWORK", config, null, problem);
}
