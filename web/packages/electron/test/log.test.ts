import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLog } from "../src/index";
import { scratchFolder } from "./support";

describe("the log", () => {
  it("is one JSON object a line, readable by its owner only", () => {
    const file = join(scratchFolder(), "logs/main.log");
    const log = createLog({ file, now: () => new Date(0) });
    log.write("info", "started", { words: "two\nlines" });
    log.write("error", "failed");
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: "1970-01-01T00:00:00.000Z", level: "info", event: "started", words: "two\nlines" },
      { time: "1970-01-01T00:00:00.000Z", level: "error", event: "failed" },
    ]);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o077).toBe(0);
  });

  it("never grows beyond its bounds, and keeps what is newest", () => {
    const folder = scratchFolder();
    const file = join(folder, "main.log");
    const options = { file, bytesMax: 500, filesMax: 3 };
    let log = createLog(options);
    for (let i = 0; i < 100; i++) {
      if (i === 50) log = createLog(options); // a new start goes on with the same files
      log.write("info", "counted", { i });
    }
    expect(readdirSync(folder).sort()).toEqual(["main.log", "main.log.1", "main.log.2"]);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(500);
    }
    const all = ["main.log.2", "main.log.1", "main.log"].map((name) =>
      readFileSync(join(folder, name), "utf8"),
    );
    const numbers = [...all.join("").matchAll(/"i":(\d+)/g)].map(([, i]) => Number(i));
    expect(numbers.at(-1)).toBe(99);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it("that cannot be written never ends the app, and is told once", () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, "main.log")); // a folder stands where the file should
    const failures: unknown[] = [];
    const log = createLog({ file: join(folder, "main.log"), onFailure: (e) => failures.push(e) });
    log.write("info", "one");
    log.write("info", "two");
    expect(failures).toHaveLength(1);
  });
});
