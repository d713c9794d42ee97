// Errors as axios' users know them: by the app's own AxiosError where it was given, else in its form
// (axios.isAxiosError and axios.isCancel look at marks, not at classes).

import type { SyncProblem } from "../problem.js";
import type { AxiosAnswer, AxiosConfig, AxiosLike } from "./axios-types.js";

export type AxiosErrorCode =
  "ERR_BAD_REQUEST" | "ERR_BAD_RESPONSE" | "ERR_NETWORK" | "ECONNABORTED" | "ERR_CANCELED";

type Constructor = new (...args: unknown[]) => Error;

/** An error of a routed call. `problemOf(error)` finds the SyncProblem behind it. */
export function axiosError<Config extends AxiosConfig>(
  axios: AxiosLike | undefined,
  message: string,
  code: AxiosErrorCode,
  config: Config,
  response: AxiosAnswer<Config> | null,
  problem: SyncProblem | null,
): Error {
  const answer = response ?? undefined;
  const own = axios?.AxiosError;
  const error = isConstructor(own)
    ? new own(message, code, config, null, answer)
    : Object.assign(new Error(message), {
        name: "AxiosError",
        isAxiosError: true,
        code,
        config,
        request: null,
        response: answer,
        status: answer?.status,
        toJSON: () => ({ message, name: "AxiosError", code, status: answer?.status ?? null }),
      });
  return problem === null ? error : Object.assign(error, { cause: problem });
}

export function canceledError(axios: AxiosLike | undefined, config: AxiosConfig): Error {
  const own = axios?.CanceledError;
  if (isConstructor(own)) return new own("canceled", config, null);
  const error = axiosError(undefined, "canceled", "ERR_CANCELED", config, null, null);
  return Object.assign(error, { name: "CanceledError", __CANCEL__: true });
}

function isConstructor(value: unknown): value is Constructor {
  return typeof value === "function";
}
