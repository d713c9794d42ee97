// Where a window was, kept over restarts: only if it would still be seen on a screen.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { BrowserWindow, Rectangle, Screen } from "electron";
import type { Log } from "./log.js";

export interface WindowState extends Rectangle {
  maximized: boolean;
}

interface Sizes {
  width: number;
  height: number;
}

const visibleMin = 80; // pixels of the title bar that can be grabbed

/** A stored state that makes sense on these screens; else the usual size, placed by the system. */
export function placed(
  stored: unknown,
  usual: Sizes,
  screens: readonly Rectangle[],
): Partial<WindowState> & Sizes {
  if (typeof stored !== "object" || stored === null) return usual;
  const { x, y, width, height, maximized } = stored as Record<string, unknown>;
  const sizes = [x, y, width, height];
  if (!sizes.every((size): size is number => typeof size === "number" && Number.isFinite(size))) {
    return usual;
  }
  const [left = 0, top = 0, wide = 0, high = 0] = sizes;
  if (wide < 200 || high < 150) return usual;
  const isSeen = screens.some(
    (screen) =>
      left + wide > screen.x + visibleMin &&
      left < screen.x + screen.width - visibleMin &&
      top >= screen.y - 10 &&
      top < screen.y + screen.height - visibleMin,
  );
  const size = { width: wide, height: high, maximized: maximized === true };
  return isSeen ? { x: left, y: top, ...size } : size;
}

type Window = Pick<BrowserWindow, "getNormalBounds" | "isMaximized" | "isDestroyed" | "on">;

export function keepWindowState(
  parts: { screen: Pick<Screen, "getAllDisplays"> },
  options: { file: string; usual: Sizes; log: Log },
) {
  const { file, usual, log } = options;
  const read = (): unknown => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      return null; // the first start, or garbled: as if it were the first
    }
  };
  const write = (state: WindowState) => {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(state));
      renameSync(`${file}.new`, file);
    } catch (error) {
      log.write("warn", "window-state-not-kept", { error: String(error) });
    }
  };
  return {
    /** For new BrowserWindow(…). */
    initial: () => {
      const screens = parts.screen.getAllDisplays().map(({ workArea }) => workArea);
      return placed(read(), usual, screens);
    },
    /** Keeps where the window is when it closes. */
    watch: (window: Window) => {
      window.on("close", () => {
        if (window.isDestroyed()) return;
        write({ ...window.getNormalBounds(), maximized: window.isMaximized() });
      });
    },
  };
}
