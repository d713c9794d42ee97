export interface FakeAnswer {
  status: number;
  body: unknown;
}

export function fakeProblem(status: number, slug: string, title: string, detail = ""): FakeAnswer {
  return { status, body: { type: `https://slipway.dev/problems/${slug}`, title, status, detail } };
}
