// axios' request configuration, read: address, headers, and the request that fetch would send.

import { axiosError, canceledError } from "./axios-error.js";
import type { AxiosAnswer, AxiosConfig, AxiosLike } from "./axios-types.js";

/** Base, path and parameters as one address. axios does it itself where it can. */
export function fullUrl(config: AxiosConfig, axios: AxiosLike | undefined): string {
  const complete = axios?.getUri?.(config as never);
  if (complete !== undefined) return complete;
  const url = config.url ?? "";
  const isAbsolute = /^([a-z][a-z\d+.-]*:)?\/\//i.test(url);
  const base = isAbsolute ? "" : (config.baseURL ?? "");
  const joined =
    base === "" || url === ""
      ? base + url
      : `${base.replace(/\/+$/, "")}/${url.replace(/^\/+/, "")}`;
  const query = serialized(config.params, config.paramsSerializer);
  if (query === "") return joined;
  const [address] = joined.split("#");
  return `${address}${address?.includes("?") === true ? "&" : "?"}${query}`;
}

function serialized(params: unknown, serializer: unknown): string {
  if (params === undefined || params === null) return "";
  if (params instanceof URLSearchParams) return params.toString();
  const own = typeof serializer === "function" ? serializer : serializeOf(serializer);
  if (own !== null) return String(own(params));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    for (const item of list) search.append(Array.isArray(value) ? `${name}[]` : name, textOf(item));
  }
  return search.toString();
}

function serializeOf(serializer: unknown): ((params: unknown) => unknown) | null {
  if (typeof serializer !== "object" || serializer === null) return null;
  const { serialize } = serializer as { serialize?: unknown };
  return typeof serialize === "function" ? (serialize as (params: unknown) => unknown) : null;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function headersOf(config: AxiosConfig): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if (typeof value === "string" || typeof value === "number") headers.set(name, String(value));
  }
  return headers;
}

/** For calls that the table does not name, where the app gave no axios to pass them to. */
export async function sendWithFetch<Config extends AxiosConfig>(
  send: typeof fetch,
  config: Config,
  axios: AxiosLike | undefined,
): Promise<AxiosAnswer<Config>> {
  const method = (config.method ?? "get").toUpperCase();
  const request: RequestInit = { method, headers: headersOf(config) };
  if (config.data !== undefined && config.data !== null && method !== "GET" && method !== "HEAD") {
    request.body = config.data as BodyInit;
  }
  if (config.withCredentials === true) request.credentials = "include";
  const signal = signalOf(config);
  if (signal !== null) request.signal = signal;
  let response: Response;
  let data: unknown;
  try {
    response = await send(fullUrl(config, axios), request);
    data = await bodyOf(response, config.responseType);
  } catch (cause) {
    if (config.signal?.aborted === true) throw canceledError(axios, config);
    if (signal?.aborted === true) {
      const message = `timeout of ${config.timeout}ms exceeded`;
      throw axiosError(axios, message, "ECONNABORTED", config, null, null);
    }
    throw Object.assign(axiosError(axios, "Network Error", "ERR_NETWORK", config, null, null), {
      cause,
    });
  }
  const { status, statusText } = response;
  const headers = Object.fromEntries(response.headers);
  const answer = { data, status, statusText, headers, config, request: null };
  const accepts = config.validateStatus;
  if (accepts === null || (accepts ?? ((code) => code >= 200 && code < 300))(status)) return answer;
  const code = status < 500 ? "ERR_BAD_REQUEST" : "ERR_BAD_RESPONSE";
  const message = `Request failed with status code ${status}`;
  throw axiosError(axios, message, code, config, answer, null);
}

function signalOf(config: AxiosConfig): AbortSignal | null {
  const signals: AbortSignal[] = [];
  if (config.signal instanceof AbortSignal) signals.push(config.signal);
  if (config.timeout !== undefined && config.timeout > 0) {
    signals.push(AbortSignal.timeout(config.timeout));
  }
  return signals.length === 0 ? null : AbortSignal.any(signals);
}

function bodyOf(response: Response, type: string | undefined): Promise<unknown> {
  if (type === "arraybuffer") return response.arrayBuffer();
  if (type === "blob") return response.blob();
  if (type === "stream") return Promise.resolve(response.body);
  return response.text();
}
