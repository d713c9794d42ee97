import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["apps/desk/test/browser/**/*.browser.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
