// Compiles files as the project of an app that uses the packages, in strict mode.

import ts from "typescript";

export interface Complaint {
  file: string;
  /** From 0. */
  line: number;
  text: string;
}

export function complaintsOf(files: string[]): Complaint[] {
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
  return ts.getPreEmitDiagnostics(program).map((problem) => ({
    file: problem.file?.fileName ?? "",
    line: problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0,
    text: ts.flattenDiagnosticMessageText(problem.messageText, " "),
  }));
}
