import { defineConfig } from "vitest/config";
import { fromSource } from "./vitest.shared";

export default defineConfig({
  test: {
    projects: [
      { ...fromSource, test: { name: "client", include: ["packages/client/test/**/*.test.ts"] } },
      {
        ...fromSource,
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
