// Every piece of TypeScript in docs/app-developers compiles, in strict mode, against the packages. A
// first line "// src/name.ts" gives a piece a name that later ones import; all pages are one project.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { complaintsOf } from "./compile";

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
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(files: string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { file, line, text } of complaintsOf(files)) {
    const piece = pieces.find((each) => join(folder, each.file) === file);
    const place = piece === undefined ? file : `${piece.page}:${piece.line + line}`;
    const page = piece?.page ?? "elsewhere";
    found.set(page, [...(found.get(page) ?? []), `${place}: ${text}`]);
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
