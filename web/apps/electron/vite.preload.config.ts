import { defaultServerConditions, defineConfig } from "vite";

// The preload script: sandboxed, so it is one CommonJS file that requires electron and nothing else.
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "node22",
    minify: false,
    ssr: "src/preload.ts",
    rollupOptions: {
      external: ["electron"],
      output: { entryFileNames: "preload.cjs", format: "cjs" },
    },
  },
  ssr: {
    noExternal: true,
    resolve: { conditions: ["slipway-source", ...defaultServerConditions] },
  },
});
