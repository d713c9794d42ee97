// The routes that the sources register, so that none is forgotten in a document.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";

export async function assertAllRoutesAreDocumented(caller, root, folder) {
  const registered = new Set();
  for (const file of fs
    .readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".cpp"))) {
    const text = fs.readFileSync(path.join(root, folder, file), "utf8");
    for (const match of text.matchAll(/\badd\((?:"[A-Z]+", )?"(\/[^"]*)"/g))
      registered.add(match[1]);
  }
  registered.delete("/{rest...}"); // the desk's files
  const { paths } = caller.contract.document;
  assert.deepEqual([...registered].sort(), Object.keys(paths).sort());
  for (const [template, item] of Object.entries(paths)) {
    if (template === "/") continue; // there only where a desk is served
    const has = await caller.methodsOf(template.replace(/\{\w+\}/g, "1"));
    assert.deepEqual(
      has,
      Object.keys(item)
        .map((name) => name.toUpperCase())
        .sort(),
      template,
    );
  }
}

// Every documented status was met, but for those that only a failing machine gives.
export function assertAllAnswersWereMet(contract, except) {
  const missing = [];
  for (const { method, path: template, operation } of contract.operations()) {
    for (const status of Object.keys(operation.responses)) {
      const place = `${method} ${template} ${status}`;
      if (!contract.seen.has(place) && !except.some((rule) => rule.test(place)))
        missing.push(place);
    }
  }
  assert.deepEqual(missing, []);
}
