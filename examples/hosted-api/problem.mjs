// Refusals that programs can read (RFC 9457).

export class Problem extends Error {
  constructor(status, slug, title, more = {}) {
    super(title);
    Object.assign(this, { status, slug, more });
  }

  get body() {
    const type = `https://example.org/problems/${this.slug}`;
    return { type, title: this.message, status: this.status, ...this.more };
  }
}

/** What any error means to who has asked. */
export function problemOf(error) {
  if (error instanceof Problem) return error;
  if (error.type === "entity.parse.failed" || error.type === "entity.too.large")
    return new Problem(error.status, "bad-body", "The body could not be read as JSON");
  const sqlState = error.code ?? "";
  if (sqlState === "55P03") return new Problem(409, "request-in-progress", "It is still at work");
  if (/^(22|23)/.test(sqlState)) return new Problem(422, "invalid-values", error.message);
  console.error(error);
  return new Problem(500, "internal", "That went wrong here. Nothing was done");
}
