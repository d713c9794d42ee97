// Where the program keeps its things and where it finds the service. Pure.

import { join } from "node:path";

export interface Places {
  /** The service's program. */
  binary: string;
  /** The built page, served by the service. */
  desk: string;
  /** An empty database with the desk's tables, for the first start. */
  emptyDatabase: string;
  database: string;
  cloudTokenFile: string;
  log: string;
  windowState: string;
}

export interface Surroundings {
  isPackaged: boolean;
  /** process.resourcesPath of a packaged app. */
  resources: string;
  /** Of this repository, where it is run from there. */
  repository: string;
  /** app.getPath("userData") and app.getPath("logs"). */
  userData: string;
  logs: string;
  platform: NodeJS.Platform;
}

export function placesOf(around: Surroundings): Places {
  const program = around.platform === "win32" ? "slipway.exe" : "slipway";
  const { resources, repository } = around;
  const own = around.isPackaged
    ? {
        binary: join(resources, "bin", program),
        desk: join(resources, "desk"),
        emptyDatabase: join(resources, "empty.db"),
      }
    : {
        binary: join(repository, "build/bin", program),
        desk: join(repository, "web/apps/desk/dist"),
        emptyDatabase: join(repository, "web/apps/electron/build/empty.db"),
      };
  return {
    ...own,
    database: join(around.userData, "freight.db"),
    cloudTokenFile: join(around.userData, "cloud-token"),
    log: join(around.logs, "main.log"),
    windowState: join(around.userData, "window.json"),
  };
}

/** What `slipway serve` is started with, besides database and address. */
export function serviceArgs(places: Places, environment: NodeJS.ProcessEnv): string[] {
  const cloud = environment["SLIPWAY_CLOUD"] ?? "http://127.0.0.1:4800";
  return ["--desk", places.desk, "--cloud", cloud, "--cloud-token-file", places.cloudTokenFile];
}

/** Whether two addresses are of one origin. */
export function isSameOrigin(address: string, other: string | null): boolean {
  if (other === null || !URL.canParse(address)) return false;
  return new URL(address).origin === new URL(other).origin;
}
