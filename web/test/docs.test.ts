// Every piece of TypeScript in docs/app-developers compiles, in strict mode, against the packages. A
// first line "// src/name.ts" gives a piece a name that later ones import; all pages are one project.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const docs = join(import.meta.dirname, "../../docs/app-developers");
const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));

interface Piece {
  page: string;
  /** Where its code begins, from 1. */
  line: number;
  file: string;
  code: string;
}

function piecesOf(page: string): Piece[] {
  const pieces: Piece[] = [];
  const lines = readFileSync(join(docs, page), "utf8").split("\n");
  let start: { line: number; ending: string } | null = null;
  lines.forEach((text, index) => {
    const fence = /^```(\w*)/.exec(text);
    if (fence === null) return;
    if (start === null) {
      start = { line: index + 1, ending: fence[1] ?? "" };
      return;
    }
    const { line, ending } = start;
    start = null;
    if (ending !== "ts" && ending !== "tsx") return;
    const code = lines.slice(line, index).join("\n");
    const name = /^\/\/ (src\/[\w/-]+\.tsx?)$/m.exec(code.split("\n")[0] ?? "")?.[1];
    const usual = `src/${page.replace(".md", "")}-${line}.${ending}`;
    pieces.push({ page, line: line + 1, file: name ?? usual, code });
  });
  return pieces;
}

const pieces = pages.flatMap(piecesOf);
let folder: string;
let complaints: Map<string, string[]>;

beforeAll(() => {
  folder = mkdtempSync(join(import.meta.dirname, "docs-")); // within web/, so that packages are found
  for (const { file, code } of pieces) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    // A piece without an import or export is a module all the same.
    writeFileSync(join(folder, file), `${code}\nexport {};\n`);
  }
  complaints = compile(pieces.map(({ file }) => join(folder, file)));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(files: string[]): Map<string, string[]> {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    jsx: ts.JsxEmit.ReactJSX,
    types: ["node", "vite/client"],
    strict: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    customConditions: ["slipway-source"],
    skipLibCheck: true,
    noEmit: true,
  });
  const found = new Map<string, string[]>();
  for (const problem of ts.getPreEmitDiagnostics(program)) {
    const text = ts.flattenDiagnosticMessageText(problem.messageText, " ");
    const name = problem.file?.fileName ?? "";
    const piece = pieces.find(({ file }) => join(folder, file) === name);
    const line = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    const place = piece === undefined ? name : `${piece.page}:${piece.line + line}`;
    found.set(piece?.page ?? "elsewhere", [
      ...(found.get(piece?.page ?? "elsewhere") ?? []),
      `${place}: ${text}`,
    ]);
  }
  return found;
}

describe("the pages for app developers", () => {
  it("have pieces of code, each name once", () => {
    expect(pieces.length).toBeGreaterThan(25);
    const names = pieces.map(({ file }) => file);
    expect(names).toEqual([...new Set(names)]);
    expect(pages).toContain("axios.md");
  });

  it.each([...pages, "elsewhere"])("%s compiles", (page) => {
    expect(complaints.get(page) ?? []).toEqual([]);
  });
});
