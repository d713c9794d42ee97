// The real programs (build/bin, or SLIPWAY_BIN_DIR), as child processes of a test.

import { existsSync } from "node:fs";
import { join } from "node:path";

export { Cloud, Desk, until, World } from "../../../../test/system/harness.mjs";
export { delay } from "../../../../test/system/faults.mjs";
export { Proxy } from "../../../../test/system/proxy.mjs";

export const programFolder =
  process.env["SLIPWAY_BIN_DIR"] ?? join(import.meta.dirname, "../../../../build/bin");

/**
 * Whether the tests with the real programs can run. `./dev test` builds them first and names their
 * folder, and then a missing program is an error; a web developer without a C++ build skips them.
 */
export const programsExist =
  process.env["SLIPWAY_BIN_DIR"] !== undefined ||
  ["slipway", "slipway-cloud", "freight-data"].every((name) =>
    existsSync(join(programFolder, name)),
  );
