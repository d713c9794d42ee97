// Where the program keeps its things and where it finds the service. Pure, but for what it is given.

import { join } from "node:path";

export interface Places {
  /** The service's program. */
  binary: string;
  /** The built page, served by the service. */
  desk: string;
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
  const own = around.isPackaged
    ? { binary: join(around.resources, "bin", program), desk: join(around.resources, "desk") }
    : {
        binary: join(around.repository, "build/bin", program),
        desk: join(around.repository, "web/apps/desk/dist"),
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

/** The pages that may be told address and token: that of the service, and the one shown before. */
export function trustedAddress(serviceUrl: string | null, waitingPage: string) {
  return (address: string): boolean => {
    if (address.split(/[?#]/)[0] === waitingPage) return true;
    if (serviceUrl === null || !URL.canParse(address)) return false;
    return new URL(address).origin === new URL(serviceUrl).origin;
  };
}
