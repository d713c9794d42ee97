// SyncProblem: what went wrong, in the words of the daemon (RFC 9457). Decide on `slug` (the last
// part of the problem's type), then on `status`, never on the text.

import type { ProblemBody } from "./types.js";

export const problemPrefix = "https://slipway.dev/problems/";

/** The daemon could not be reached at all: it is not running, or the request was cut off. */
export const unreachable = "unreachable";
/** The slug of the refusal of an action that needs the cloud while the cloud is not there. */
export const needsCloud = "needs-cloud";

export class SyncProblem extends Error {
  override readonly name = "SyncProblem";
  readonly slug: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly detail: string;
  /** The part of the request that is to blame. */
  readonly field: string | null;
  /** How long to wait before another try, where the daemon named a time. */
  readonly retryAfterMs: number | null;

  constructor(body: ProblemBody, options: ErrorOptions & { retryAfterMs?: number | null } = {}) {
    super(body.title, options);
    this.slug = body.type.startsWith(problemPrefix)
      ? body.type.slice(problemPrefix.length)
      : body.type;
    this.status = body.status;
    this.detail = body.detail ?? "";
    this.field = body.field ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** The document that a server would answer with. */
  toBody(): ProblemBody {
    return {
      type: /^[a-z0-9-]+$/.test(this.slug) ? problemPrefix + this.slug : this.slug,
      title: this.message,
      status: this.status,
      ...(this.detail === "" ? {} : { detail: this.detail }),
      ...(this.field === null ? {} : { field: this.field }),
    };
  }
}

export function unreachableProblem(cause: unknown): SyncProblem {
  return new SyncProblem(
    {
      type: problemPrefix + unreachable,
      title: "The sync service does not answer",
      status: 0,
      detail: "Nothing was changed by this request as far as this page knows. Start the service.",
    },
    { cause },
  );
}

/** Whatever was thrown, as a SyncProblem. */
export function asProblem(error: unknown): SyncProblem {
  if (error instanceof SyncProblem) return error;
  const title = error instanceof Error ? error.message : String(error);
  return new SyncProblem({ type: "about:blank", title, status: 0 }, { cause: error });
}

/**
 * The SyncProblem behind an error of a routed axios or fetch call: the error itself or its cause.
 * Null: the error has nothing to do with syncing.
 */
export function problemOf(error: unknown): SyncProblem | null {
  for (let at: unknown = error, depth = 0; depth < 5; depth++) {
    if (at instanceof SyncProblem) return at;
    if (!(at instanceof Error)) return null;
    at = at.cause;
  }
  return null;
}

/** Reads an answer that is not a success. Something other than problem+json is described too. */
export async function problemFrom(response: Response): Promise<SyncProblem> {
  const text = await response.text().catch(() => "");
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const options = { retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null };
  const body = parseBody(text);
  if (body !== null) {
    return new SyncProblem({ ...body, status: body.status || response.status }, options);
  }
  return new SyncProblem(
    {
      type: "about:blank",
      title: `The sync service answered ${response.status} without an explanation`,
      status: response.status,
      detail: text.slice(0, 200),
    },
    options,
  );
}

function parseBody(text: string): ProblemBody | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Record<string, unknown>;
  if (typeof fields["title"] !== "string") return null;
  return {
    type: typeof fields["type"] === "string" ? fields["type"] : "about:blank",
    title: fields["title"],
    status: typeof fields["status"] === "number" ? fields["status"] : 0,
    ...(typeof fields["detail"] === "string" ? { detail: fields["detail"] } : {}),
    ...(typeof fields["field"] === "string" ? { field: fields["field"] } : {}),
  };
}
