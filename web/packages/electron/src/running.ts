// A service that serves the database already: left over from an app that was killed, or started by
// hand. The service writes its address beside the database (DATABASE-slipway.run).

import { readFile } from "node:fs/promises";
import { isAlive } from "./health.js";
import type { Connection } from "./service-process.js";

/** Null: there is none that answers. */
export async function findRunning(database: string): Promise<Connection | null> {
  try {
    const text = await readFile(`${database}-slipway.run`, "utf8");
    const { url, tokenFile } = JSON.parse(text) as { url?: unknown; tokenFile?: unknown };
    if (typeof url !== "string" || typeof tokenFile !== "string") return null;
    if (!url.startsWith("http://") || !(await isAlive(url))) return null;
    return { url, token: (await readFile(tokenFile, "utf8")).trim() };
  } catch {
    return null;
  }
}
