// A form with unsaved changes is not left by accident: by a link, the back button, a typed address, or
// with the page.

import {
  createFakeState,
  type FakeDaemon,
  type FakeState,
  startFakeDaemon,
} from "@slipway/testing";
import type { Dialog, Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { seedTables } from "../support/freight-seed";
import { deskFolder, expectAccessible, openPage, shoot, tabTo } from "./support/browser";

const token = "test-token";
let state: FakeState;
let daemon: FakeDaemon;
let page: Page;

beforeEach(async () => {
  state = createFakeState({ tables: seedTables(), settleAfterMs: 600 });
  daemon = await startFakeDaemon(state, { token, folder: deskFolder });
  return () => daemon.stop();
});

const question = () => page.getByRole("dialog", { name: "Leave without saving?" });
const form = () => page.getByRole("heading", { name: "Shipment S-2026-00396" });
const addressIs = (end: string) => page.waitForURL((address) => address.hash === end);
const shipment = "#/shipments/shp_1004";

/** Quotes, then shipments, then a form on which something was typed. */
async function editing(options = {}): Promise<void> {
  page = await openPage(options);
  await page.goto(`${daemon.url}/#token=${token}`);
  await page.getByRole("link", { name: "Quotes" }).click();
  await page.getByText("Q-8100").waitFor();
  await page.getByRole("link", { name: "Shipments" }).click();
  await page.getByRole("link", { name: "S-2026-00396" }).click();
  await page.getByLabel("Pieces").fill("77");
  await page.getByText("1 unsaved change").waitFor();
}

describe("a form with unsaved changes", () => {
  it("asks when a link leads away, by keyboard: stay, then leave", async () => {
    await editing();
    await page.getByRole("link", { name: "Quotes" }).press("Enter");
    await question().waitFor();
    await expectAccessible(page);
    await shoot(page, "leaving");
    await page.keyboard.press("Escape");
    await question().waitFor({ state: "detached" });
    await addressIs(shipment);
    expect(await page.getByLabel("Pieces").inputValue()).toBe("77");
    await page.getByRole("link", { name: "Quotes" }).press("Enter");
    await question().waitFor();
    await tabTo(page, "Leave");
    await page.keyboard.press("Enter");
    await page.getByText("Q-8100").waitFor();
    await addressIs("#/quotes");
    expect(state.entries).toEqual([]);
  });

  it("asks at the back button, and stays in its place of the history", async () => {
    await editing();
    await page.goBack();
    await question().waitFor();
    await page.getByRole("button", { name: "Keep editing" }).click();
    await addressIs(shipment);
    expect(await page.getByLabel("Pieces").inputValue()).toBe("77");
    await page.goBack();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByText("1–25 of 43").waitFor();
    await page.goBack();
    await page.getByText("Q-8100").waitFor();
    await page.goForward();
    await page.goForward();
    await form().waitFor();
    await addressIs(shipment);
  });

  it("asks when an address is typed, and several in a row", async () => {
    await editing();
    await page.evaluate("location.hash = '#/invoices'");
    await question().waitFor();
    await page.evaluate("location.hash = '#/customers'");
    await addressIs("#/customers");
    await page.getByRole("button", { name: "Keep editing" }).click();
    await addressIs(shipment);
    await question().waitFor({ state: "detached" });
    await form().waitFor();
  });

  it("asks before the page is unloaded", async () => {
    await editing({ answersUnload: true });
    const asked = new Promise<Dialog>((resolve) => page.once("dialog", resolve));
    await page.evaluate("setTimeout(() => location.reload())");
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    expect(await page.getByLabel("Pieces").inputValue()).toBe("77");
  });

  it("asks nothing once it is saved, or as it was before", async () => {
    await editing();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("1–25 of 43").waitFor();
    await page.getByRole("link", { name: "S-2026-00396" }).click();
    await page.getByLabel("Pieces").fill("78");
    await page.getByText("1 unsaved change").waitFor();
    await page.getByLabel("Pieces").fill("77");
    await page.getByText("1 unsaved change").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Quotes" }).click();
    await page.getByText("Q-8100").waitFor();
    await page.reload();
    await page.getByText("Q-8100").waitFor();
  });

  it("that was left while it was being saved tells of a failure wherever the user is", async () => {
    await editing();
    let refuse: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (refuse = resolve));
    await page.route(/\/sync\/enqueue/, async (route) => {
      await held;
      const problem = {
        type: "https://slipway.dev/problems/disk-full",
        title: "Full",
        status: 507,
      };
      await route.fulfill({
        status: 507,
        contentType: "application/problem+json",
        body: JSON.stringify(problem),
      });
    });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Saving" }).waitFor();
    await page.getByRole("link", { name: "Quotes" }).click();
    await page.getByText("Q-8100").waitFor();
    refuse();
    await page.getByText(/S-2026-00396.*The disk is full/).waitFor();
  });
});
