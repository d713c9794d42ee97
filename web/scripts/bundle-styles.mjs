// node bundle-styles.mjs FROM TO: one style sheet out of those that FROM imports, in their order.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const importLine = /^@import "(\.[^"]+)";\n?/gm;

async function bundled(path) {
  const text = await readFile(path, "utf8");
  const parts = [...text.matchAll(importLine)].map(([, name]) =>
    bundled(join(dirname(path), name)),
  );
  return [...(await Promise.all(parts)), text.replace(importLine, "")].join("");
}

const [from, to] = process.argv.slice(2);
await mkdir(dirname(to), { recursive: true });
await writeFile(to, await bundled(from));
