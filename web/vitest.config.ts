import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "client", include: ["packages/client/test/**/*.test.ts"] } },
      {
        test: {
          name: "desk",
          environment: "jsdom",
          include: ["apps/desk/test/**/*.test.{ts,tsx}"],
          exclude: ["apps/desk/test/browser/**"],
        },
      },
    ],
  },
});
