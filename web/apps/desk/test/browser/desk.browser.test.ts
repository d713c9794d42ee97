// The built desk in a real browser against the fake daemon: the paths an operator walks, and axe on
// every screen. Needs `npm run build` and a Chromium.

import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { createFakeState, type FakeState, startFakeDaemon } from "@slipway/testing";
import { seedTables } from "../support/freight-seed";
import {
  deskFolder,
  expectAccessible as accessible,
  focusIsOn as focusOn,
  openPage,
  type PageOptions,
  shoot as shootPage,
  tabTo as tab,
} from "./support/browser";

const token = "test-token";
let state: FakeState;
let daemon: Awaited<ReturnType<typeof startFakeDaemon>>;
let page: Page;

async function open(options: PageOptions = {}) {
  page = await openPage(options);
}

beforeEach(async () => {
  state = createFakeState({ tables: seedTables(), settleAfterMs: 600 });
  daemon = await startFakeDaemon(state, { token, folder: deskFolder });
  return () => daemon.stop();
});

const frameMaxMs = 250; // half of them; one that draws all entries takes seconds
/** As with a wheel, and every second to another part of the list; gives what each frame took. */
const scrollThrough = `new Promise((done) => {
  const list = document.querySelector('.sw-list');
  const frames = [];
  let last = null;
  const step = (now) => {
    if (last !== null) frames.push(now - last);
    last = now;
    if (frames.length === 240) return done(frames);
    if (frames.length % 60 === 59) list.scrollTop = (frames.length / 240) * list.scrollHeight;
    else list.scrollTop += 300;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

const shoot = (name: string) => shootPage(page, name);
const expectAccessible = () => accessible(page);
const focusIsOn = (text: string) => focusOn(page, text);
const tabTo = (wanted: RegExp | string) => tab(page, wanted);

const home = () => page.goto(`${daemon.url}/#token=${token}`);
const statusChange = (status: string) => ({
  entityType: "Shipment",
  entityId: "shp_1004",
  action: "UPDATE_SHIPMENT",
  payload: { status, pieces: 11 },
});

describe("the lists", () => {
  it.each([
    ["light", { dark: false }],
    ["dark", { dark: true }],
    ["at 360 px", { width: 360, height: 740 }],
  ])("show rows with their state, %s", async (name, options) => {
    await open(options);
    state.park(statusChange("DELIVERED"), { status: "CANCELLED", pieces: 9 }, "New York");
    state.push({ ...statusChange("BOOKED"), entityId: "shp_1001" }, {});
    await home();
    await page.locator(".rows").getByText("Needs you").first().waitFor();
    expect(page.url()).not.toContain(token);
    expect(await page.locator(".rows tbody tr").count()).toBe(25);
    await page.getByText("Kirin Components KK").first().waitFor();
    await shoot(`list-${name}`);
    await expectAccessible();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBe(0);
    await page.getByRole("link", { name: "Quotes" }).click();
    await page.getByText("Q-8100").waitFor();
    await shoot(`quotes-${name}`);
    await page.getByRole("link", { name: "Invoices" }).click();
    await page.getByText("R-2026-0771").click();
    await page.getByLabel("Description 2").waitFor();
    await shoot(`invoice-${name}`);
    await expectAccessible();
  });

  it("say so when nothing matches, and go back to everything", async () => {
    await open();
    await home();
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByText("Nothing matches").waitFor();
    await shoot("no-match");
    await page.getByRole("button", { name: "Clear search and filter" }).click();
    await page.getByText("1–25 of 43").waitFor();
  });
});

describe("a shipment", () => {
  it("is created offline by keyboard, waits, and is synced once online", async () => {
    await open();
    await home();
    await page.getByRole("switch").click();
    await page.getByText("Offline is being simulated.").waitFor();
    await page.getByRole("button", { name: "New shipment" }).press("Enter");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This is needed").first().waitFor();
    await shoot("form-missing");
    await page.getByRole("combobox", { name: "Customer", exact: true }).pressSequentially("kirin");
    await page.getByRole("option").first().waitFor();
    await shoot("form-combobox");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "From" }).fill("DEHAM");
    await page.getByRole("combobox", { name: "To", exact: true }).fill("Singapore");
    await page.getByLabel("Freight cost").fill("1.250,50");
    await expectAccessible();
    await page.getByRole("button", { name: "Save" }).press("Enter");
    await page.getByText("saved on this computer").waitFor();
    await page.getByRole("button", { name: /Offline, 1 waiting/ }).waitFor();
    await shoot("offline-list");
    expect(state.entries[0]?.payload).toMatchObject({
      customerId: "cus_3",
      originPort: "DEHAM",
      destinationPort: "SGSIN",
      freightCostMinor: 125_050,
      status: "DRAFT",
    });
    await page.getByRole("button", { name: "Go online" }).click();
    await page.getByRole("button", { name: /^Synced/ }).waitFor();
  });

  it("sends only what was changed, and names what changed elsewhere meanwhile", async () => {
    await open();
    await home();
    await page.getByRole("link", { name: "S-2026-00396" }).click();
    await page.getByLabel("Pieces").fill("77");
    await page.getByText("1 unsaved change").waitFor();
    state.enqueue([statusChange("DELIVERED")], false);
    await page.getByText(/Changed elsewhere to “11”/).waitFor();
    expect(await page.getByLabel("Status").inputValue()).toBe("DELIVERED");
    await shoot("form-contested");
    await expectAccessible();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("saved on this computer").waitFor();
    expect(state.entries.at(-1)?.payload).toEqual({ pieces: 77 });
  });
});

describe("a save that takes a while", () => {
  it("does not pull the user away from where he has gone meanwhile", async () => {
    await open();
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route(/\/sync\/enqueue/, async (route) => {
      await held;
      await route.continue();
    });
    await home();
    await page.getByRole("link", { name: "S-2026-00396" }).click();
    await page.getByLabel("Pieces").fill("78");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Saving" }).waitFor();
    await page.getByRole("link", { name: "Quotes" }).click();
    await page.getByText("Q-8100").click();
    await page.getByRole("heading", { name: "Quote Q-8100" }).waitFor();
    answer();
    await page.getByText("saved on this computer").waitFor();
    await page.getByRole("heading", { name: "Quote Q-8100" }).waitFor();
    expect(page.url()).toContain("/quotes/");
  });
});

describe("an invoice", () => {
  it("goes out with its lines as one group", async () => {
    await open();
    await home();
    await page.getByRole("link", { name: "Invoices" }).click();
    await page.getByText("R-2026-0771").click();
    await page.getByLabel("Description 2").waitFor(); // the lines that are there
    await page.getByRole("button", { name: "Add line" }).click();
    await page.getByLabel("Description 3").fill("Storage");
    await page.getByLabel("Unit price 3").fill("10");
    await page.getByRole("button", { name: "Remove line 2" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("saved on this computer").waitFor();
    expect(state.entries.map((entry) => [entry.action, entry.groupSize])).toEqual([
      ["UPDATE_INVOICE", 3],
      ["DELETE_INVOICE_LINE", 3],
      ["CREATE_INVOICE_LINE", 3],
    ]);
    expect(state.entries[0]?.payload).toEqual({ totalMinor: 185_050 });
  });
});

describe("the sync panel", () => {
  it.each([
    ["light", {}],
    ["dark", { dark: true }],
    ["at 360 px", { width: 360, height: 740 }],
  ])("shows what needs the user, what waits and why, %s", async (name, options) => {
    await open(options);
    const backoff = {
      code: "backoff",
      text: "The cloud was busy",
      behind: null,
      root: null,
    } as const;
    state.push(statusChange("BOOKED"), { status: "SUCCESS", why: null, attempts: 1 });
    state.push(
      { ...statusChange("BOOKED"), entityId: "shp_1002" },
      { attempts: 3, why: { ...backoff, nextAttemptInMs: 40_000 } },
    );
    state.park(statusChange("DELIVERED"), { status: "CANCELLED", pieces: 9 }, "New York");
    await home();
    const badge = page.getByRole("button", { name: /1 needs you/ });
    await badge.click();
    await page.getByText(/Changed elsewhere too/).waitFor();
    await page.getByText(/next try in/).waitFor();
    await shoot(`panel-${name}`);
    await expectAccessible();
    await page.getByRole("button", { name: "Shipment SHP-1002 changed" }).click();
    await page.getByText(/UPDATE_SHIPMENT/).waitFor();
    await shoot(`panel-details-${name}`);
    await expectAccessible();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByText("Nothing has been dropped yet.").waitFor();
    await shoot(`discard-${name}`);
    await expectAccessible();
    await page.keyboard.press("Escape"); // closes the question, not what is behind it
    await page.getByRole("dialog", { name: "Discard this change?" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("button", { name: "Discard it" }).click();
    await page.getByText("1 change discarded").waitFor();
    await page.getByRole("button", { name: "Back" }).press("Escape"); // to the list
    await page.getByRole("searchbox", { name: "Search entries" }).press("Escape"); // and out
    await page.getByRole("dialog", { name: "Sync" }).waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.className")).toContain("sw-badge");
  });

  it.each([
    ["light", {}],
    ["dark", { dark: true }],
    ["at 360 px", { width: 360, height: 740 }],
  ])("has a workbench for conflicts, %s", async (name, options) => {
    await open(options);
    state.park(statusChange("DELIVERED"), { status: "CANCELLED", pieces: 9 }, "New York");
    await home();
    await page.getByRole("button", { name: /1 needs you/ }).click();
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByText(/New York changed the same/).waitFor();
    await shoot(`conflict-${name}`);
    await expectAccessible();
    const keepMine = async () => {
      await page.getByRole("button", { name: "Keep mine" }).click();
      await page.getByRole("button", { name: "Send this" }).click();
      await page.getByText(/Goes out in \d+ s/).waitFor();
    };
    await keepMine();
    await page.getByRole("button", { name: "Undo" }).first().click();
    await page.getByText("Taken back. Nothing was sent.").waitFor();
    expect(state.entries).toHaveLength(1);
    await page.getByRole("button", { name: "Decide" }).click();
    await keepMine();
    await shoot(`decided-${name}`);
    await expectAccessible(); // which may take longer than there is to take it back
  });

  it("is used by keyboard alone, from the badge to the decision and back", async () => {
    await open();
    state.park(statusChange("DELIVERED"), { status: "CANCELLED", pieces: 9 }, "New York");
    await home();
    await page.getByRole("button", { name: /1 needs you/ }).waitFor();
    await tabTo(/1 needs you/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Decide" }).waitFor();
    await tabTo(/^Decide$/);
    await page.keyboard.press("Enter");
    await page.getByText(/New York changed the same/).waitFor();
    await tabTo("Before");
    await page.keyboard.press("ArrowRight"); // yours
    await page.keyboard.press("ArrowRight"); // the cloud's
    await tabTo("Before"); // the next field
    await page.keyboard.press("ArrowLeft"); // its last choice: a value of one's own
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("12");
    await shoot("conflict-keyboard");
    await page.getByRole("button", { name: "Send this", disabled: false }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByText(/Goes out in/).waitFor();
    await focusIsOn("Undo"); // where "Decide" was
    await tabTo(/^Send now$/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Synced/ }).waitFor();
    expect(state.entries.at(-1)?.payload).toEqual({ pieces: 12 });
  });

  it("scrolls through 100,000 entries", async () => {
    await open();
    state.setFlags({ paused: true });
    for (let i = 0; i < 100_000; i++) state.push(statusChange(i % 2 ? "BOOKED" : "DRAFT"), {});
    await home();
    await page.getByRole("button", { name: /Paused, 100,000 waiting/ }).click();
    await page.getByRole("listitem").first().waitFor();
    const frames = (await page.evaluate<number[]>(scrollThrough)).sort((a, b) => a - b);
    const at = (share: number) => Math.round(frames[Math.floor((frames.length - 1) * share)] ?? 0);
    console.log(
      `100,000 entries, scrolled through: a frame took ${at(0.5)} ms (half), ${at(0.95)} ms ` +
        `(95 of 100), ${at(1)} ms (longest) of ${frames.length}`,
    );
    expect(at(0.5)).toBeLessThan(frameMaxMs);
    await page.evaluate(
      "(() => { const list = document.querySelector('.sw-list'); list.scrollTop = list.scrollHeight / 2; })()",
    );
    await page.locator('[aria-posinset="50000"]').waitFor();
    expect(await page.locator(".sw-row").count()).toBeLessThan(60);
    await page.locator('[aria-posinset="50000"] .sw-row-open').press("End");
    await page.locator('[aria-posinset="100000"] .sw-row-open:focus').waitFor();
    await shoot("panel-100000");
  });
});

describe("without what it needs", () => {
  it("the desk explains where the token is, and takes a pasted one", async () => {
    await open();
    await page.goto(`${daemon.url}/`);
    await page.getByText("This page needs its key").waitFor();
    await shoot("no-token");
    await expectAccessible();
    await page.getByLabel("Or paste the key here").fill(token);
    await page.getByRole("button", { name: "Open the desk" }).click();
    await page.getByText("1–25 of 43").waitFor();
  });

  it("the desk says that the token is wrong", async () => {
    await open();
    await page.goto(`${daemon.url}/#token=wrong`);
    await page.getByRole("heading", { name: "The key is not accepted" }).waitFor();
    await page.getByRole("button", { name: "Key not accepted" }).waitFor();
    await shoot("wrong-token");
  });

  it("the desk keeps its screen when the service stops", async () => {
    await open({ width: 360, height: 740 });
    await home();
    await page.getByText("1–25 of 43").waitFor();
    await daemon.stop();
    await page.getByRole("button", { name: "Service stopped" }).waitFor();
    await page.getByText(/stopped answering/).waitFor();
    await shoot("service-lost");
    expect(await page.locator(".rows tbody tr").count()).toBe(25);
  });
});
