// The packages as somebody gets them who installs them: built, without the sources, in plain Node.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const web = join(import.meta.dirname, "../../..");
const packages = ["client", "react", "electron"];

beforeAll(async () => {
  for (const name of packages) {
    await run("npm", ["run", "build", "--silent", "--workspace", `@slipway/${name}`], { cwd: web });
  }
});

describe.each(packages)("@slipway/%s", (name) => {
  const folder = join(web, "packages", name);

  it("is imported without a bundler, and without a page", async () => {
    const script = `import("@slipway/${name}").then((all) => console.log(Object.keys(all).join()))`;
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: folder });
    expect(stdout.split(",").length).toBeGreaterThan(5);
  });

  it("holds what its exports name, and nothing but what was built", async () => {
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json"], { cwd: folder });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const paths = packed?.files.map((file) => file.path) ?? [];
    const manifest = await readFile(join(folder, "package.json"), "utf8");
    const { exports } = JSON.parse(manifest) as { exports: Record<string, Record<string, string>> };
    for (const conditions of Object.values(exports)) {
      const { types = null, default: main = "" } = conditions;
      for (const path of types === null ? [main] : [main, types]) {
        expect(paths).toContain(path.replace("./", ""));
      }
    }
    const others = paths.filter((path) => !path.startsWith("dist/") && path !== "README.md");
    expect(others).toEqual(["package.json"]);
  });
});
