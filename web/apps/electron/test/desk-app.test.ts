// The whole program on Node: Electron's objects are stand-ins, service and page are the real ones.

import { programFolder, programsExist, until, World } from "@slipway/testing/programs";
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMain } from "electron";
import { EventEmitter } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DeskApp, type ElectronParts, runDeskApp } from "../src/desk-app";
import { isSameOrigin, placesOf, serviceArgs, type Surroundings } from "../src/settings";
import { waitingPage } from "../src/waiting-page";

class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly shown: string[] = [];
  readonly calls: string[] = [];
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: "allow" });
  isGone = false;
  webContents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: FakeWindow["openHandler"]) => (this.openHandler = handler),
  });
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  loadURL(address: string): Promise<void> {
    this.shown.push(address);
    return Promise.resolve();
  }
  isDestroyed = () => this.isGone;
  isMaximized = () => true;
  isMinimized = () => false;
  getNormalBounds = () => ({ x: 10, y: 20, width: 900, height: 650 });
  show = () => void this.calls.push("show");
  focus = () => void this.calls.push("focus");
  maximize = () => void this.calls.push("maximize");
  /** As a click on its cross. */
  close(): void {
    let isPrevented = false;
    this.emit("close", { preventDefault: () => (isPrevented = true) });
    if (isPrevented) return;
    this.isGone = true;
    this.emit("closed");
  }
}

class FakeApp extends EventEmitter {
  hasQuit = false;
  constructor(readonly windows: FakeWindow[]) {
    super();
  }
  quit(): void {
    let isPrevented = false;
    this.emit("before-quit", { preventDefault: () => (isPrevented = true) });
    if (isPrevented) return;
    for (const window of this.windows) if (!window.isGone) window.close();
    this.hasQuit = true;
  }
  getLocale = () => "en-GB";
  requestSingleInstanceLock = () => true;
  whenReady = () => Promise.resolve();
}

describe.runIf(programsExist)("the program", () => {
  let world: World;
  let around: Surroundings;
  let windows: FakeWindow[];
  let app: FakeApp;
  let questions: string[];
  let answer: string;
  let opened: string[];
  let program: DeskApp | null;
  let runs = 0;

  beforeAll(() => {
    world = new World();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const folder = world.path(`run-${++runs}`);
    const resources = join(folder, "resources");
    mkdirSync(join(resources, "bin"), { recursive: true });
    mkdirSync(join(resources, "desk"));
    writeFileSync(join(resources, "desk/index.html"), "<!doctype html><title>Desk</title>");
    symlinkSync(join(programFolder, "slipway"), join(resources, "bin/slipway"));
    await world.run("freight-data", ["--database", join(resources, "empty.db"), "--empty"]);
    around = {
      isPackaged: true,
      resources,
      repository: "",
      userData: join(folder, "user"),
      logs: join(folder, "logs"),
      platform: "linux",
    };
    windows = [];
    app = new FakeApp(windows);
    questions = [];
    opened = [];
    program = null;
    return async () => {
      await program?.service.stop();
    };
  });

  const start = async () => {
    const ipc = Object.assign(new EventEmitter(), { handle() {}, removeHandler() {} });
    const parts = {
      app,
      dialog: {
        showMessageBox: (...[first, second]: { message: string; buttons: string[] }[]) => {
          const box = second ?? first;
          questions.push(box?.message ?? "");
          return Promise.resolve({ response: box?.buttons.indexOf(answer) ?? -1 });
        },
        showMessageBoxSync: (_: unknown, box: { message: string; buttons: string[] }) => {
          questions.push(box.message);
          return box.buttons.indexOf(answer);
        },
      },
      ipcMain: ipc as unknown as IpcMain,
      powerMonitor: new EventEmitter(),
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      shell: { openExternal: (address: string) => Promise.resolve(opened.push(address)) },
      openWindow: (options: BrowserWindowConstructorOptions) => {
        const window = new FakeWindow(options);
        windows.push(window);
        return window as unknown as BrowserWindow;
      },
      allPages: () => [],
    } as unknown as ElectronParts;
    program = await runDeskApp(parts, around, { SLIPWAY_CLOUD: "http://127.0.0.1:9" });
    if (program === null) throw new Error("it is not the first instance");
    return program;
  };
  const [page, window] = [() => windows[0]?.shown.at(-1) ?? "", () => windows[0] as FakeWindow];

  it("makes its database at the first start, and shows the desk that the service serves", async () => {
    const { service } = await start();
    expect(page()).toMatch(/^data:text\/html/); // until the service is ready
    const { url, token } = await service.ready();
    expect(page()).toBe(`${url}/`);
    expect(await (await fetch(page())).text()).toContain("<title>Desk</title>");
    const headers = { authorization: `Bearer ${token}` };
    const rows = await fetch(`${url}/data/Shipment`, { headers });
    expect(await rows.json()).toEqual({ rows: [], total: 0 });
    expect(window().options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    });
  });

  it("closing the window quits, and the window opens where it was", async () => {
    const { service } = await start();
    await service.ready();
    window().close();
    await until("it has quit", () => app.hasQuit);
    expect(questions).toEqual([]);
    expect(service.state().state).toBe("stopped");
    windows = [];
    app = new FakeApp(windows);
    await (await start()).service.ready();
    expect(window().options).toMatchObject({ x: 10, y: 20, width: 900, height: 650 });
    expect(window().calls).toContain("maximize");
  });

  it("asks before it quits with unsent work, and stays with its window", async () => {
    const { service } = await start();
    const { url, token } = await service.ready();
    const payload = {
      id: "c1",
      name: "Elbe",
      country: "DE",
      updatedAt: "2026-11-22T09:00:00.000+00:00",
    };
    const answered = await fetch(`${url}/sync/enqueue`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ entityType: "Customer", action: "CREATE_CUSTOMER", payload }),
    });
    expect(answered.status).toBe(202);
    answer = "Stay";
    window().close();
    await until("it has asked", () => questions.length === 1);
    await until("it stays", () =>
      readFileSync(join(around.logs, "main.log"), "utf8").includes('"stays"'),
    );
    expect([app.hasQuit, window().isGone]).toEqual([false, false]);
    answer = "Quit";
    window().close();
    await until("it has quit", () => app.hasQuit);
    expect(questions[1]).toBe("1 change has not reached the cloud.");
  });

  it("asks before a form that was not saved is unloaded, and not again on the way out", async () => {
    const { service } = await start();
    await service.ready();
    const unload = () => {
      let goes = false;
      window().webContents.emit("will-prevent-unload", { preventDefault: () => (goes = true) });
      return goes;
    };
    answer = "Stay";
    expect(unload()).toBe(false);
    answer = "Leave";
    expect(unload()).toBe(true);
    expect(questions).toEqual(["Leave without saving?", "Leave without saving?"]);
    window().close();
    await until("it has quit", () => app.hasQuit);
    expect(unload()).toBe(true);
    expect(questions).toHaveLength(2);
  });

  it("goes nowhere else, and opens other addresses in the browser", async () => {
    const { service } = await start();
    const { url } = await service.ready();
    const go = (address: string) => {
      let isPrevented = false;
      window().webContents.emit("will-navigate", {
        url: address,
        preventDefault: () => (isPrevented = true),
      });
      return !isPrevented;
    };
    expect(go(`${url}/#/quotes`)).toBe(true);
    expect(go("https://evil.example/")).toBe(false);
    expect(window().openHandler({ url: "https://docs.example/" })).toEqual({ action: "deny" });
    expect(window().openHandler({ url: "file:///etc/passwd" })).toEqual({ action: "deny" });
    expect(opened).toEqual(["https://docs.example/"]);
  });

  it("says what is wrong when the service cannot be started, and tries again when asked", async () => {
    around = { ...around, resources: join(around.resources, "none") };
    const { service } = await start();
    await until("it has failed", () => service.state().state === "failed");
    expect(decodeURIComponent(page())).toMatch(/cannot be started.*ENOENT.*safe on this computer/s);
    const before = windows[0]?.shown.length ?? 0;
    window().webContents.emit("will-navigate", { url: "slipway-retry:", preventDefault() {} });
    await until("it has tried", () => (windows[0]?.shown.length ?? 0) > before);
  });
});

describe("places and pages", () => {
  const around: Surroundings = {
    isPackaged: false,
    resources: "/app/resources",
    repository: "/repository",
    userData: "/user",
    logs: "/logs",
    platform: "win32",
  };
  it("are found in the repository and in a packaged program", () => {
    expect(placesOf(around).binary).toMatch(/repository.build.bin.slipway\.exe$/);
    expect(placesOf({ ...around, isPackaged: true }).binary).toMatch(/resources.bin.slipway\.exe$/);
    const args = serviceArgs(placesOf(around), { SLIPWAY_CLOUD: "https://cloud.example" });
    expect(args).toContain("https://cloud.example");
  });

  it("are trusted by origin", () => {
    expect(isSameOrigin("http://127.0.0.1:4747/x#y", "http://127.0.0.1:4747")).toBe(true);
    expect(isSameOrigin("http://127.0.0.1:47470/", "http://127.0.0.1:4747")).toBe(false);
    expect(isSameOrigin("http://127.0.0.1:4747.evil.example/", "http://127.0.0.1:4747")).toBe(
      false,
    );
    expect(isSameOrigin("nonsense", "http://127.0.0.1:4747")).toBe(false);
    expect(isSameOrigin("http://127.0.0.1:4747/", null)).toBe(false);
  });

  it("show whatever the service said as text", () => {
    const page = waitingPage(
      { state: "failed", reason: '<img src=x onerror="x">' },
      "de",
      "again:",
    );
    expect(page).toContain("&lt;img src=x onerror=&quot;x&quot;&gt;");
    expect(page).toContain("Erneut versuchen");
    expect(waitingPage({ state: "starting" }, "en", "again:")).not.toContain("Try again");
  });
});
