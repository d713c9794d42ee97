// `slipway-cloud conformance`: holds for what keeps the promises, and names what does not.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { repository, World } from "./harness.mjs";
import { checkConformance, failures, holds } from "./conformance.mjs";
import { defectProxy } from "./defect_proxy.mjs";
import { nativeDefects } from "./native_defects.mjs";
import { restDefects } from "./rest_defects.mjs";

let world, cloud, token, tokenFile;
before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  token = await cloud.token("Kit");
  tokenFile = world.write("token", `${token}\n`);
});
after(() => world.close());

const check = (url, ...args) => checkConformance(world, url, tokenFile, ...args);

for (const [profile, defects] of [
  ["rest", restDefects],
  ["native", nativeDefects],
]) {
  test(`the profile ${profile} holds for the cloud, also behind a proxy that changes nothing`, async () => {
    holds(await check(cloud.url, "--profile", profile));
    holds(await check(await defectProxy(world, cloud.url), "--profile", profile));
  });
  for (const [name, defect] of Object.entries(defects)) {
    test(`${profile}: an API that ${name} fails ${defect.check}`, async () => {
      const url = await defectProxy(world, cloud.url, defect.plant(token));
      const report = await check(url, "--profile", profile, "--only", defect.check);
      assert.deepEqual([report.code, report.holds], [1, false]);
      const [failure, ...more] = failures(report);
      assert.deepEqual([failure.name, more], [defect.check, []]);
      assert.match(failure.missing, defect.says, JSON.stringify(failure));
    });
  }
}

test("the page names every check, and wrong use is told before anything is asked", async () => {
  const page = fs.readFileSync(`${repository}/docs/conformance.md`, "utf8");
  const { checks, leftOut } = await check(cloud.url, "--profile", "rest", "--only", "replay");
  assert.deepEqual(
    checks.map(({ name }) => name),
    ["write-and-read", "replay"],
  );
  assert.ok(leftOut.length > 5 && leftOut.includes("conflict") && !leftOut.includes("replay"));
  const named = page.match(/^\| `[a-z][a-z-]+` \|/gm).map((line) => line.split("`")[1]);
  const told = [];
  for (const profile of ["native", "rest"]) {
    const wrong = ["--url", cloud.url, "--token-file", tokenFile, "--profile", profile];
    const ran = await world.run("slipway-cloud", ["conformance", ...wrong, "--only", "no-such"]);
    assert.deepEqual([ran.code, ran.stdout], [2, ""]);
    told.push(.../There are: (.*)\n/.exec(ran.stderr)[1].split(", "));
  }
  assert.deepEqual([...new Set(told)].sort(), [...new Set(named)].sort());
});

test("what the page shows of a failure is what is printed", async () => {
  const page = fs.readFileSync(`${repository}/docs/conformance.md`, "utf8");
  const [, shown] = /^```text\n(.*?)^```$/ms.exec(page);
  const defect = restDefects["carries out another request under the same key"];
  const url = await defectProxy(world, cloud.url, defect.plant(token));
  const options = ["--url", url, "--token-file", tokenFile, "--profile", "rest"];
  const { stdout } = await world.run("slipway-cloud", ["conformance", ...options]);
  for (const line of shown.trim().split("\n"))
    if (!/^ +seen /.test(line)) assert.ok(stdout.includes(`${line}\n`), `${line}\n\n${stdout}`);
});
