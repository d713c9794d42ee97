// axe over what a test has drawn. Colours need a browser; everything else can be judged here.

import axe from "axe-core";
import { expect } from "vitest";

export async function expectAccessible(): Promise<void> {
  const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
  const { violations } = await axe.run(document.body, { rules });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(" | ")}`),
  ).toEqual([]);
}
