import { defineConfig } from "vitest/config";
import { fromSource } from "./vitest.shared.ts";

export default defineConfig({
  ...fromSource,
  test: {
    include: ["apps/desk/test/browser/**/*.browser.test.ts"],
    // A busy machine is no failure: each wait has a bound of its own, which says what it was for.
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
});
