// The client's types, from the OpenAPI document of the local API.
//   node scripts/generate-api.mjs          writes packages/client/src/api.ts
//   node scripts/generate-api.mjs --check  fails if the file is not what the document gives
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";
import ts from "typescript";

const web = join(import.meta.dirname, "..");
export const documentPath = join(web, "../protocol/local_api.openapi.json");
export const typesPath = join(web, "packages/client/src/api.ts");

const head = `// Made by scripts/generate-api.mjs from protocol/local_api.openapi.json. Do not edit it: change the
// document, then run \`npm --prefix web run generate\`.
import type { Json } from "./json.js";

`;

/** A field's value may be anything that JSON can say; the document leaves it open. */
const values = ts.factory.createTypeReferenceNode("Record", [
  ts.factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
  ts.factory.createTypeReferenceNode("Json"),
]);

/** The text of api.ts for an OpenAPI document (a parsed object). */
export async function typesFor(document) {
  const tree = await openapiTS(document, {
    transform: (_, { path }) => (path === "#/components/schemas/Values" ? values : undefined),
  });
  const options = await resolveConfig(typesPath);
  return format(head + astToString(tree), { ...options, filepath: typesPath });
}

async function main() {
  const wanted = await typesFor(JSON.parse(await readFile(documentPath, "utf8")));
  if (!process.argv.includes("--check")) return writeFile(typesPath, wanted);
  const found = await readFile(typesPath, "utf8").catch(() => "");
  if (found === wanted) return;
  console.error(
    "packages/client/src/api.ts: is not what protocol/local_api.openapi.json says: run `npm --prefix web run generate`",
  );
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
