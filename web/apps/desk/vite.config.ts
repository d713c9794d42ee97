import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

// The daemon serves dist/ from its own origin under a 'self' only policy: relative addresses, and
// nothing inlined as data: URLs.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [react()],
  resolve: { conditions: ["slipway-source", ...defaultClientConditions] },
  build: { outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, target: "es2022" },
  server: {
    proxy: Object.fromEntries(
      ["/sync", "/data", "/healthz"].map((path) => [
        path,
        process.env["SLIPWAY_DAEMON"] ?? "http://127.0.0.1:4747",
      ]),
    ),
  },
});
