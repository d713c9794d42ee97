// Chromium for the tests of one file: pages that fail their test when a script throws or breaks the
// content policy, pictures of what was seen, axe, and the keyboard.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const deskFolder = join(import.meta.dirname, "../../../dist");
/** Pictures of every screen that a test names; kept after the run, never committed. */
export const shots =
  process.env["DESK_SHOTS"] ?? join(import.meta.dirname, "../../../../../../build/shots");

let browser: Browser;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
afterAll(() => browser.close());

export interface PageOptions {
  width?: number;
  height?: number;
  dark?: boolean;
  locale?: string;
  scale?: number;
  /** The test itself answers when the browser asks whether to leave. */
  answersUnload?: boolean;
}

/** A page of its own, closed with the test, which fails if a script of the page did. */
export async function openPage(options: PageOptions = {}): Promise<Page> {
  const { width = 1280, height = 800, dark = false, locale = "en-US", scale = 1 } = options;
  const settings: BrowserContextOptions = {
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    locale,
    deviceScaleFactor: scale,
  };
  const page = await browser.newPage(settings);
  // A busy machine is no failure, and a daemon may wait 60 s before it asks a lost cloud again.
  page.setDefaultTimeout(90_000);
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", (dialog) => {
    if (dialog.type() === "beforeunload" && options.answersUnload === true) return;
    trouble.push(`a script asked: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/Content Security|Refused/.test(message.text())) trouble.push(message.text());
  });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") await shoot(page, `failed-${task.name}`);
    await page.close();
    expect(trouble).toEqual([]);
  });
  return page;
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: join(shots, `${name.replace(/[^\w.-]+/g, "-").slice(0, 80)}.png`),
  });
}

export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate<string[]>(
    `axe.run(document, { rules: { "color-contrast": { enabled: true } } }).then((result) =>
       result.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")))`,
  );
  expect(found).toEqual([]);
}

/** No part of the page is wider than the window. */
export async function expectNoOverflow(page: Page): Promise<void> {
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
}

/** The focus moves when a question closes or opens, a moment after the page shows it. */
export const focusIsOn = (page: Page, text: string) =>
  page.waitForFunction(`document.activeElement?.textContent.trim() === ${JSON.stringify(text)}`);

/** Presses Tab until something of that text, or in a label of it, has the focus. */
export async function tabTo(page: Page, wanted: RegExp | string): Promise<void> {
  const words =
    "(document.activeElement.closest('label') ?? document.activeElement).textContent.trim()";
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate<string>(words);
    if (typeof wanted === "string" ? text.startsWith(wanted) : wanted.test(text)) return;
  }
  throw new Error(`Tab never reached ${String(wanted)}`);
}
