import { builtinModules } from "node:module";
import { defaultServerConditions, defineConfig } from "vite";

// The main process: one ES module; Electron and Node's own modules stay outside.
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "node22",
    minify: false,
    ssr: "src/main.ts",
    rollupOptions: {
      external: ["electron", ...builtinModules, /^node:/],
      output: { entryFileNames: "main.js" },
    },
  },
  ssr: {
    noExternal: true,
    resolve: { conditions: ["slipway-source", ...defaultServerConditions] },
  },
});
