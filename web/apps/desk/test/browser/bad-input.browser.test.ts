// What is wrong has a designed state: never a blank page, an endless spinner or a raw error.

import { createMutation, updateMutation } from "@slipway/client";
import {
  createFakeState,
  type FakeDaemon,
  type FakeState,
  startFakeDaemon,
} from "@slipway/testing";
import { programsExist, until } from "@slipway/testing/programs";
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seedTables } from "../support/freight-seed";
import { deskFolder, expectAccessible, openPage, shoot } from "./support/browser";
import { badge, type Company, customer, startCompany, visit } from "./support/company";

const token = "test-token";
let state: FakeState;
let daemon: FakeDaemon;
let page: Page;

const problem = (status: number, slug: string, title: string) => (route: Route) =>
  route.fulfill({
    status,
    contentType: "application/problem+json",
    body: JSON.stringify({ type: `https://slipway.dev/problems/${slug}`, title, status }),
  });
const home = (screen = "/shipments") =>
  page
    .goto(`${daemon.url}/#token=${token}`)
    .then(() => page.evaluate(`location.hash = "#${screen}"`));

beforeEach(async () => {
  state = createFakeState({ tables: seedTables(), settleAfterMs: 300 });
  daemon = await startFakeDaemon(state, { token, folder: deskFolder });
  page = await openPage();
  return () => daemon.stop();
});

describe("the service", () => {
  it("is not running: the page says so, and goes on by itself when it is", async () => {
    await page.route(/\/(sync|data)\//, (route) => route.abort());
    await home();
    await page.getByRole("heading", { name: "The sync service is not running" }).waitFor();
    await badge(page, /^Service stopped/).waitFor();
    await shoot(page, "bad-not-running");
    await expectAccessible(page);
    await page.unroute(/\/(sync|data)\//);
    await page.getByText("1–25 of 43").waitFor();
  });

  it("is older than the desk: what it cannot do is said, the rest works", async () => {
    await page.route(
      /\/sync\/(capabilities|settings|lost)/,
      problem(404, "no-such-path", "Nothing"),
    );
    await page.route(/\/sync\/queue\/\d+\/(discard|undo)/, problem(405, "about:blank", "Method"));
    const newer = ["held", "lost", "otherCloud", "live", "drain", "nextAttemptInMs", "generation"];
    const newest = state.status;
    state.status = () => {
      const said = Object.entries(newest()).filter(([name]) => !newer.includes(name));
      return Object.fromEntries(said) as unknown as ReturnType<typeof newest>;
    };
    state.push(
      {
        entityType: "Shipment",
        entityId: "shp_1002",
        action: "UPDATE_SHIPMENT",
        payload: { pieces: 3 },
      },
      {},
    );
    await home();
    await badge(page, /^Syncing 1/).click();
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByText("The sync service is too old for this").waitFor();
    await shoot(page, "bad-old-service");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("button", { name: "Shipment SHP-1002 changed" }).click();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").getByText("The sync service is too old for this").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Quotes" }).click();
    await page.getByText("Q-8100").waitFor();
    expect(await page.getByText(/undefined|NaN|\[object/).count()).toBe(0);
  });

  it("cuts the stream: the page comes again, says where it was, and misses nothing", async () => {
    await home();
    await badge(page, /^Synced/).waitFor();
    await page.getByText("1–25 of 43").waitFor();
    daemon.cutStreams();
    const values = {
      number: "S-CUT",
      customerId: "cus_1",
      createdAt: "2030-01-01T00:00:00.000+00:00",
    };
    state.table("Shipment").set("shp_cut", { id: "shp_cut", ...values }); // nobody is told
    await until("a second stream", () => daemon.streams.length > 1);
    expect(daemon.streams[0]).toBe("");
    expect(daemon.streams[1]).toMatch(/^\d+$/);
    await page.getByText("S-CUT").waitFor();
    await badge(page, /^Synced/).waitFor();
  });

  it("has a full disk: the save says so, and keeps what was typed", async () => {
    await page.route(/\/sync\/enqueue/, problem(507, "disk-full", "No space is left on the disk"));
    await home("/customers/new");
    await page.getByLabel("Name").fill("Too Much Ltd");
    await page.getByLabel("Country").fill("GB");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("Not saved: The disk is full").waitFor();
    await shoot(page, "bad-disk-full");
    await expectAccessible(page);
    expect(await page.getByLabel("Name").inputValue()).toBe("Too Much Ltd");
    await page.unroute(/\/sync\/enqueue/);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("saved on this computer").waitFor();
  });

  it("answers with what is no answer: a proxy's page is not shown as it is", async () => {
    // The page may ask again by itself; the proxy lets through only what follows the click.
    await page.route(/\/data\/Shipment\?/, async (route) =>
      (await page.evaluate("window.clicked === true"))
        ? route.continue()
        : route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }),
    );
    await home();
    await page.getByRole("heading", { name: /answered 502/ }).waitFor();
    await shoot(page, "bad-gateway");
    await page.evaluate("addEventListener('click', () => { window.clicked = true; }, true)");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1–25 of 43").waitFor();
  });
});

describe("the cloud", () => {
  it("rejects a change: it is shown first, with its reason and two ways on", async () => {
    state.push(
      {
        entityType: "Shipment",
        entityId: "shp_1004",
        action: "UPDATE_SHIPMENT",
        payload: { pieces: 0 },
      },
      {
        status: "ERROR",
        attempts: 1,
        errorMessage: "pieces must be at least 1",
        why: {
          code: "error",
          text: "Not accepted",
          behind: null,
          root: null,
          nextAttemptInMs: null,
        },
      },
    );
    await home();
    await badge(page, /1 needs you/).click();
    await page.getByText("pieces must be at least 1").waitFor();
    await page.getByText("Nothing waits but what needs you.").waitFor();
    await page.getByRole("button", { name: "Shipment S-2026-00396 changed" }).click();
    const details = page.getByRole("region", { name: "Details" });
    await details.getByText("pieces must be at least 1").waitFor();
    await shoot(page, "bad-rejected");
    await expectAccessible(page);
    await details.getByRole("button", { name: "Try again" }).waitFor();
    await details.getByRole("button", { name: "Discard" }).waitFor();
  });

  it.each([
    ["signed-out", /^Sign in again/, "does not accept this computer’s sign-in"],
    ["upgrade-needed", /^Update needed/, "too old for the cloud"],
    ["standby", /^Standing by/, "Another service works on this computer’s database."],
    ["busy", /^Cloud is busy/, ""],
    ["history-changed", /^Comparing with the cloud/, ""],
  ] as const)("is %s: badge and banner say it", async (connection, words, banner) => {
    state.setStatus({ connection, reason: "In the service's words" });
    await home();
    await badge(page, words).waitFor();
    if (banner !== "") await page.getByText(banner).waitFor();
    await shoot(page, `bad-${connection}`);
    await expectAccessible(page);
  });
});

describe("a clock", () => {
  it("that runs ahead or behind changes nothing but how times are written", async () => {
    state.setStatus({ lastSyncedAt: "2031-04-05T06:07:08.000+00:00" });
    state.park(
      {
        entityType: "Shipment",
        entityId: "shp_1004",
        action: "UPDATE_SHIPMENT",
        payload: { pieces: 11 },
      },
      { pieces: 9 },
      "New York",
    );
    await page.clock.install({ time: new Date("2026-11-25T10:00:00Z") });
    await home();
    await badge(page, /1 needs you/).click();
    const panel = page.getByRole("dialog", { name: "Sync" });
    await panel.getByText(/Last synced Apr 5, 2031/).waitFor();
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("button", { name: "Send this", disabled: false }).waitFor();
    await page.clock.pauseAt(new Date("2026-11-25T11:00:00Z")); // from here on only by runFor
    await page.getByRole("button", { name: "Send this" }).click();
    await page.getByText(/Goes out in \d+ s/).waitFor();
    await page.clock.setSystemTime(new Date("2016-11-25T10:00:00Z")); // ten years back
    await page.clock.runFor(3000);
    await page.getByText(/Goes out in (10|[1-9]) s/).waitFor();
    expect(state.entries).toHaveLength(1);
    await page.clock.runFor(8000);
    await until("it was sent when its ten seconds had passed", () => state.entries.length === 2);
  });
});

describe.runIf(programsExist)("with the real service", () => {
  let company: Company;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.close());

  it("a conflict that is decided in another window meanwhile is not decided twice", async () => {
    const values = customer("Two Windows", "Kiel");
    const { hamburg, newYork, network, sync } = company;
    await sync.enqueue(createMutation("Customer", values), { waitSeconds: 20 });
    await until("New York has it", () => newYork.row("Customer", values.id));
    await network.shut();
    await sync.enqueue(updateMutation("Customer", values.id, { city: "Bremen" }));
    await newYork.update("Customer", values.id, { city: "Boston" });
    await newYork.drained();
    await network.open();
    const windows = [await visit(hamburg, "/customers"), await visit(hamburg, "/customers")];
    for (const window of windows) {
      await badge(window, /1 needs you/).click();
      await window.getByRole("button", { name: "Decide" }).click();
      await window.getByRole("button", { name: "Keep mine" }).waitFor();
    }
    const [first, second] = windows as [Page, Page];
    await first.getByRole("button", { name: "Take theirs" }).click();
    await first.getByRole("button", { name: "Send this" }).click();
    await first.getByRole("button", { name: "Send now" }).first().click();
    await second.getByText("This was decided elsewhere meanwhile.").waitFor();
    await shoot(second, "bad-decided-elsewhere");
    await expectAccessible(second);
    await second.getByRole("button", { name: "Close", exact: true }).click();
    await badge(second, /^Synced/).waitFor();
    await hamburg.drained();
    expect((await hamburg.row("Customer", values.id))?.values["city"]).toBe("Boston");
  });

  it("a wrong key after a restart asks for the new one, and takes it", async () => {
    const window = await visit(company.hamburg, "/customers");
    await badge(window, /^Synced/).waitFor();
    await window.evaluate("sessionStorage.setItem('slipway-token', 'not-the-key')");
    await window.reload();
    await window.getByRole("heading", { name: "The key is not accepted" }).waitFor();
    await expectAccessible(window);
    await window.getByLabel("Or paste the key here").fill(company.hamburg.token);
    await window.getByRole("button", { name: "Open the desk" }).click();
    await badge(window, /^Synced/).waitFor();
  });
});
