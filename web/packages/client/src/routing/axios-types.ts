// As much of axios' types as the adapter touches, so that axios need not be installed.

interface Signal {
  readonly aborted: boolean;
  addEventListener?: ((type: "abort", listener: () => void) => void) | undefined;
  removeEventListener?: ((type: "abort", listener: () => void) => void) | undefined;
}

export interface AxiosConfig {
  url?: string | undefined;
  method?: string | undefined;
  baseURL?: string | undefined;
  params?: unknown;
  paramsSerializer?: unknown;
  data?: unknown;
  headers?: object | undefined;
  timeout?: number | undefined;
  timeoutErrorMessage?: string | undefined;
  signal?: Signal | undefined;
  cancelToken?: { promise: Promise<unknown> } | undefined;
  validateStatus?: ((status: number) => boolean) | null | undefined;
  responseType?: string | undefined;
  withCredentials?: boolean | undefined;
}

export interface AxiosAnswer<Config> {
  data: unknown;
  status: number;
  statusText: string;
  headers: Record<string, string>;
  config: Config;
  request: unknown;
}

/** The app's axios, or an instance of it. */
export interface AxiosLike {
  defaults?: { adapter?: unknown };
  /** From 1.5 on: finds the adapter that a name or a list of names stands for. */
  getAdapter?(adapters: never): unknown;
  getUri?(config: never): string;
  AxiosError?: unknown;
  CanceledError?: unknown;
}
