#!/usr/bin/env bash
# The built desk (web/apps/desk/dist) in Debian's Chromium, most of it with the real programs. The tests
# are in web/apps/desk/test/browser; pictures of what they saw stay in build/shots.
# `run.sh [NAME …]` runs the files whose names contain one of these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../web"

results=$(mktemp)
trap 'rm -f "$results"' EXIT
code=0
npx vitest run --config vitest.browser.config.ts --reporter=default --reporter=json \
  --outputFile.json="$results" "$@" || code=$?
node --input-type=module - "$results" "$code" <<'NODE'
import { readFileSync } from "node:fs";
const [file, code] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const found = text === "" ? {} : JSON.parse(text);
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = found;
const failed = Number(code) === 0 ? 0 : Math.max(1, numFailedTests); // a file that did not load, too
console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
NODE
exit "$code"
