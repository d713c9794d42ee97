// What the panel costs an app: everything that SyncProvider, badge, banner, panel, workbench and
// settings bring along, the client included, without React itself.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, defaultClientConditions } from "vite";
import { expect, it } from "vitest";

const budget = 60_000; // bytes, gzipped
const client = `export { createSyncClient } from "@slipway/client";`;
const uses = {
  panel: `${client}
export { OfflineBanner, SyncBadge, SyncPanel, SyncProvider, SyncSettings } from "@slipway/react";`,
  hooks: `export { useEntities } from "@slipway/react";`,
  client,
};

async function sizeOf(code: string): Promise<number> {
  const folder = await mkdtemp(join(import.meta.dirname, "bundle-"));
  try {
    const entry = join(folder, "entry.js");
    await writeFile(entry, code);
    const result = await build({
      configFile: false,
      logLevel: "silent",
      resolve: { conditions: ["slipway-source", ...defaultClientConditions] },
      define: { "process.env.NODE_ENV": '"production"' },
      build: {
        write: false,
        minify: true,
        target: "es2022",
        rollupOptions: {
          input: entry,
          preserveEntrySignatures: "strict",
          external: [/^react(-dom)?($|\/)/],
        },
      },
    });
    const [bundle] = Array.isArray(result) ? result : [result];
    if (bundle === undefined || !("output" in bundle)) throw new Error("vite built nothing");
    const chunks = bundle.output.filter((part) => part.type === "chunk");
    return gzipSync(chunks.map((chunk) => chunk.code).join("")).length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it("stays within its budget, and what is not used is not shipped", async () => {
  const sizes: Record<string, number> = {};
  for (const [name, code] of Object.entries(uses)) sizes[name] = await sizeOf(code);
  const kilobytes = (name: string) => `${((sizes[name] ?? 0) / 1000).toFixed(1)} kB`;
  console.log(
    `gzipped, without React: panel and all ${kilobytes("panel")} of ${budget / 1000} kB, ` +
      `one hook ${kilobytes("hooks")}, the client ${kilobytes("client")}`,
  );
  expect(sizes["panel"]).toBeLessThanOrEqual(budget);
  expect(sizes["panel"]).toBeGreaterThan(10_000); // it was really built
  expect(sizes["hooks"]).toBeLessThan((sizes["panel"] ?? 0) / 4);
});
