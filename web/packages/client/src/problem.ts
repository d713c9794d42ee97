// SyncProblem: what went wrong, in the words of the daemon (RFC 9457). Decide on `slug` (the last
// part of the problem's type), then on `status`, never on the text.

import type { ProblemBody } from "./types";

const typePrefix = "https://slipway.dev/problems/";

/** The daemon could not be reached at all: it is not running, or the request was cut off. */
export const unreachable = "unreachable";

export class SyncProblem extends Error {
  readonly slug: string;
  readonly status: number;
  readonly detail: string;
  readonly field: string | null;

  constructor(body: ProblemBody, options?: ErrorOptions) {
    super(body.title, options);
    this.name = "SyncProblem";
    this.slug = body.type.startsWith(typePrefix) ? body.type.slice(typePrefix.length) : body.type;
    this.status = body.status;
    this.detail = body.detail ?? "";
    this.field = body.field ?? null;
  }
}

export function unreachableProblem(cause: unknown): SyncProblem {
  return new SyncProblem(
    {
      type: typePrefix + unreachable,
      title: "The sync service does not answer",
      status: 0,
      detail: "Nothing was changed by this request as far as this page knows. Start the service.",
    },
    { cause },
  );
}

/** Reads an answer that is not a success. Something other than problem+json is described too. */
export async function problemFrom(response: Response): Promise<SyncProblem> {
  const text = await response.text().catch(() => "");
  const body = parseBody(text);
  if (body !== null) return new SyncProblem({ ...body, status: body.status || response.status });
  return new SyncProblem({
    type: "about:blank",
    title: `The sync service answered ${response.status} without an explanation`,
    status: response.status,
    detail: text.slice(0, 200),
  });
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
