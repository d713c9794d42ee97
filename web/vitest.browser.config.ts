import { defineConfig } from "vitest/config";
import { fromSource } from "./vitest.shared.ts";

export default defineConfig({
  ...fromSource,
  test: {
    include: ["apps/desk/test/browser/**/*.browser.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
