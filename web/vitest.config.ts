import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { fromSource } from "./vitest.shared.ts";

const setupFiles = [join(import.meta.dirname, "packages/react/test/setup.ts")];
const react18 = (name: string) => join(import.meta.dirname, "packages/react-18/node_modules", name);

// A busy machine is no failure: what a test waits for has a bound of its own, which says what it was.
const patience = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    // Clocks and streams go on between a test's steps, as they do on a page.
    onConsoleLog: (log) => !log.includes("not wrapped in act("),
    projects: [
      {
        ...fromSource,
        test: {
          name: "client",
          ...patience,
          include: ["packages/client/test/**/*.test.ts"],
        },
      },
      {
        ...fromSource,
        test: {
          name: "react",
          ...patience,
          environment: "jsdom",
          setupFiles,
          include: ["packages/react/test/**/*.test.{ts,tsx}"],
        },
      },
      {
        // The components again, over React 18.
        resolve: {
          ...fromSource.resolve,
          alias: { react: react18("react"), "react-dom": react18("react-dom") },
        },
        ssr: fromSource.ssr,
        test: {
          name: "react-18",
          ...patience,
          environment: "jsdom",
          server: { deps: { inline: [/@tanstack/] } },
          include: ["packages/react-18/test/**/*.test.tsx"],
        },
      },
      {
        ...fromSource,
        test: {
          name: "electron",
          ...patience,
          include: ["packages/electron/test/**/*.test.ts", "apps/electron/test/**/*.test.ts"],
        },
      },
      {
        ...fromSource,
        test: { ...patience, name: "docs", include: ["test/**/*.test.ts"] },
      },
      {
        ...fromSource,
        test: {
          ...patience,
          name: "desk",
          environment: "jsdom",
          include: ["apps/desk/test/**/*.test.{ts,tsx}"],
          exclude: ["apps/desk/test/browser/**"],
        },
      },
    ],
  },
});
