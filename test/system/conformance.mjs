// Running `slipway-cloud conformance`, and what its report must say.

import assert from "node:assert/strict";

/** The exit code and, of --json, the report. */
export async function checkConformance(world, url, tokenFile, ...args) {
  const options = ["--url", url, "--token-file", tokenFile, "--json", ...args];
  const ran = await world.run("slipway-cloud", ["conformance", ...options], { seconds: 120 });
  assert.equal(ran.stderr, "");
  return { code: ran.code, ...JSON.parse(ran.stdout) };
}

export const failures = ({ checks }) => checks.filter(({ outcome }) => outcome !== "passed");

export function holds(report) {
  assert.deepEqual(failures(report), []);
  assert.deepEqual(report.leftBehind, []);
  assert.deepEqual([report.code, report.holds], [0, true]);
}
