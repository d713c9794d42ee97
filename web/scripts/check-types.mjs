// Type-checks every tsconfig.json and tsconfig.test.json of the packages and apps, and web/test with
// the configurations beside it, a few at a time. Builds nothing.
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const web = join(import.meta.dirname, "..");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const run = promisify(execFile);

async function projects() {
  const found = [join("test", "tsconfig.test.json")];
  for (const group of ["packages", "apps"]) {
    for (const name of await readdir(join(web, group))) {
      for (const file of await readdir(join(web, group, name)).catch(() => [])) {
        if (/^tsconfig(\.test)?\.json$/.test(file)) found.push(join(group, name, file));
      }
    }
  }
  return found;
}

async function checkAll(waiting) {
  for (let project = waiting.pop(); project !== undefined; project = waiting.pop()) {
    try {
      await run(process.execPath, [tsc, "--noEmit", "--project", project], { cwd: web });
    } catch (error) {
      process.stdout.write(`${project}:\n${error.stdout ?? error.message}`);
      process.exitCode = 1;
    }
  }
}

const waiting = await projects();
await Promise.all(
  Array.from({ length: Math.min(4, availableParallelism()) }, () => checkAll(waiting)),
);
