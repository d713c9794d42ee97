// Two desks and a cloud, the real programs, each desk with a page of its own; a proxy stands between
// Hamburg and the cloud, so that its network can fail.

import { createServer } from "node:net";
import { createSyncClient, type SyncClient } from "@slipway/client";
import { Cloud, Desk, Proxy, World } from "@slipway/testing/programs";
import type { Page } from "playwright-core";
import { deskFolder, openPage, type PageOptions } from "./browser";

export interface Company {
  world: World;
  cloud: Cloud;
  /** Hamburg's way to the cloud. */
  network: Proxy;
  hamburg: Desk;
  newYork: Desk;
  sync: SyncClient;
  close: () => Promise<void>;
}

export async function startCompany(freight: string[] = ["--empty"]): Promise<Company> {
  const world = new World();
  const cloud = await world.cloud().start();
  const network = await new Proxy(() => cloud.url).open();
  world.onClose(() => network.shut());
  const database = await world.freight("hamburg.db", freight);
  if (!freight.includes("--empty")) {
    const made = await world.run("slipway", ["init", "--database", database, "--yes"]);
    if (made.code !== 0) throw new Error(made.stderr);
  }
  const desk = async (name: string, address: string, file?: string) => {
    const token = await cloud.token(name);
    const listen = `127.0.0.1:${await freePort()}`; // the same over restarts: the page stays open
    const args = ["--desk", deskFolder, "--listen", listen];
    const database = file === undefined ? {} : { database: file };
    return (await world.desk(name, { cloud: address, token, args, ...database })).start();
  };
  const hamburg = await desk("Hamburg", network.url, database);
  const newYork = await desk("New York", cloud.url);
  const sync = createSyncClient({ url: () => hamburg.url, token: () => hamburg.token });
  return { world, cloud, network, hamburg, newYork, sync, close: () => world.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A page at a desk, at a screen of it: "/customers". */
export async function visit(desk: Desk, screen = "/shipments", options: PageOptions = {}) {
  const page = await openPage(options);
  await page.goto(`${desk.url}/#token=${desk.token}`);
  await go(page, screen);
  return page;
}

export async function go(page: Page, screen: string): Promise<void> {
  await page.getByRole("button", { name: /^(Synced|Offline|Syncing|\d+ need)/ }).waitFor();
  await page.evaluate(`location.hash = ${JSON.stringify(`#${screen}`)}`);
}

export const badge = (page: Page, words: RegExp) => page.getByRole("button", { name: words });

let made = 0;
export function customer(name: string, city = "Hamburg") {
  made += 1;
  const stamp = new Date().toISOString().replace("Z", "+00:00");
  const id = `cus_${String(made).padStart(6, "0")}`;
  return { id, name, country: "DE", city, createdAt: stamp, updatedAt: stamp };
}
