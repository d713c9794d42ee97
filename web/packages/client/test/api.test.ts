import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
// @ts-expect-error -- a build script, without types
import { documentPath, typesFor, typesPath } from "../../../scripts/generate-api.mjs";

it("has types that are what the OpenAPI document says today", async () => {
  const document: unknown = JSON.parse(await readFile(String(documentPath), "utf8"));
  expect(await readFile(String(typesPath), "utf8")).toBe(await typesFor(document));
});
