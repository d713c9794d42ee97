// Main process and page together, over messages in memory, with the real service behind them.

import { programFolder, programsExist, until, World } from "@slipway/testing/programs";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { ContextBridge, IpcRenderer } from "electron";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createService,
  guardQuit,
  handOver,
  isFirstInstance,
  type Service,
  watchConnectivity,
} from "../src/index";
import { exposeSlipway } from "../src/preload";
import { connectShell, type Shell, shellOf } from "../src/renderer";
import {
  FakeApp,
  fakeDialog,
  fakeIpc,
  FakePower,
  type ReadLog,
  scratchFolder,
  testLog,
} from "./support";

describe.runIf(programsExist)("the shell", () => {
  let world: World;
  let empty: string;
  let log: ReadLog;
  let service: Service;
  let runs = 0;

  beforeAll(async () => {
    world = new World();
    empty = await world.freight("empty.db");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const folder = scratchFolder();
    const database = join(folder, "app.db");
    copyFileSync(empty, database);
    log = testLog(folder);
    const cloud = await world.cloud(`cloud-${++runs}.db`).start();
    const tokenFile = world.write("token", await cloud.token("Hamburg"));
    service = createService({
      binary: join(programFolder, "slipway"),
      database,
      args: ["--cloud", cloud.url, "--cloud-token-file", tokenFile],
      log,
    });
    service.start();
    await service.ready();
    return async () => {
      await service.stop();
      await cloud.stop();
    };
  });

  /** The page's window.slipway, through a real preload and the messages. */
  function pageAt(address: string, ipc: ReturnType<typeof fakeIpc>): Shell {
    const page = {};
    const contextBridge = {
      exposeInMainWorld: (name: string, value: unknown) => Object.assign(page, { [name]: value }),
    } as unknown as ContextBridge;
    const { ipcRenderer } = ipc.page(address);
    exposeSlipway({ contextBridge, ipcRenderer: ipcRenderer as unknown as IpcRenderer });
    const shell = shellOf(page);
    if (shell === null) throw new Error("the preload script exposed nothing");
    return shell;
  }

  const handOverAll = (ipc: ReturnType<typeof fakeIpc>, networks: string[] = []) =>
    handOver(
      { ipcMain: ipc.ipcMain, pages: ipc.pages as never },
      {
        service,
        log,
        trusts: (address) => address.startsWith("app://desk/"),
        onNetwork: (network) => networks.push(network),
      },
    );

  it("hands address and token to its own page, which talks to the service with them", async () => {
    const ipc = fakeIpc();
    const end = handOverAll(ipc);
    const connected = await connectShell(pageAt("app://desk/index.html", ipc), new EventTarget());
    expect((await connected.client.status()).connection).toBeDefined();
    expect(connected.state().state).toBe("ready");
    end();
  });

  it("tells nothing to a foreign page", async () => {
    const ipc = fakeIpc();
    handOverAll(ipc);
    const foreign = pageAt("https://evil.example/", ipc);
    await expect(foreign.state()).rejects.toThrow(/may not talk/);
    let heard = 0;
    foreign.onChange(() => (heard += 1));
    await service.stop();
    service.start();
    await service.ready();
    expect(heard).toBe(0);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ event: "page-refused", address: "https://evil.example/" }),
    );
  });

  it("a page follows the service to another address", async () => {
    const ipc = fakeIpc();
    handOverAll(ipc);
    const connected = await connectShell(pageAt("app://desk/", ipc), new EventTarget());
    const before = connected.state();
    await service.stop();
    await expect(connected.client.status()).rejects.toMatchObject({ slug: "unreachable" });
    service.start();
    await service.ready();
    await until("the page knows", () => connected.state().state === "ready");
    expect(connected.state()).toMatchObject(before); // it came back to the same
    expect((await connected.client.status()).paused).toBe(false);
  });

  it("passes hints on: the network came, the machine woke up", async () => {
    const ipc = fakeIpc();
    const networks: string[] = [];
    handOverAll(ipc, networks);
    const page = new EventTarget();
    await connectShell(pageAt("app://desk/", ipc), page);
    page.dispatchEvent(new Event("offline"));
    page.dispatchEvent(new Event("online"));
    expect(networks).toEqual(["down", "up"]);

    const power = new FakePower();
    const connectivity = watchConnectivity(
      { powerMonitor: power.asPowerMonitor() },
      { service, log },
    );
    power.emit("suspend");
    power.emit("resume");
    power.emit("unlock-screen");
    connectivity.network("up");
    const hints = () => log.lines().filter(({ event }) => event === "connectivity");
    expect(hints().map(({ resumed, network }) => ({ resumed, network }))).toEqual([
      { resumed: true },
      { network: "changed" },
      { network: "up" },
    ]);
    connectivity.end();
    power.emit("resume");
    expect(hints()).toHaveLength(3);
    expect(log.events()).not.toContain("hint-not-taken");
  });

  it("a page tells whether something was typed and not saved", async () => {
    const ipc = fakeIpc();
    const told: boolean[] = [];
    const trusts = (address: string) => address.startsWith("app://desk/");
    handOver(
      { ipcMain: ipc.ipcMain, pages: ipc.pages as never },
      { service, log, trusts, onNetwork: () => undefined, onUnsaved: (has) => told.push(has) },
    );
    pageAt("https://evil.example/", ipc).unsaved(true);
    const page = pageAt("app://desk/", ipc);
    page.unsaved(true);
    page.unsaved(false);
    expect(told).toEqual([true, false]);
  });

  describe("on the way out", () => {
    const write = async (simulateOffline: boolean) => {
      const { createSyncClient } = await import("@slipway/client");
      const client = createSyncClient(await service.ready());
      await client.simulateOffline(simulateOffline);
      const values = { name: "Elbe", country: "DE", updatedAt: "2026-11-22T09:00:00.000+00:00" };
      for (const id of ["c1", "c2", "c3"]) {
        const payload = { id, ...values };
        await client.enqueue({ entityType: "Customer", action: "CREATE_CUSTOMER", payload });
      }
      return client;
    };
    const guard = (
      app: FakeApp,
      answers: string[],
      more: { sendMs?: number; unsaved?: () => boolean } = {},
    ) => {
      const { asked, dialog } = fakeDialog(answers);
      const powerMonitor = new FakePower();
      guardQuit(
        { app: app.asApp(), dialog, powerMonitor: powerMonitor.asPowerMonitor() },
        { service, log, window: () => null, ...more },
      );
      return { asked, powerMonitor };
    };

    it("nobody is asked where nothing waits, and the service is stopped", async () => {
      const app = new FakeApp();
      const { asked } = guard(app, []);
      app.quit();
      await until("it has quit", () => app.hasQuit);
      expect(asked).toEqual([]);
      expect(service.state().state).toBe("stopped");
    });

    it("unsent work is named, and one may stay", async () => {
      await write(true);
      const app = new FakeApp();
      const { asked } = guard(app, ["Stay"]);
      app.quit();
      app.quit(); // impatient
      await until("it stays", () => log.events().includes("stays"));
      expect(asked).toHaveLength(1);
      expect(asked[0]?.message).toBe("3 changes have not reached the cloud.");
      expect(asked[0]?.buttons).toEqual(["Send, then quit", "Quit", "Stay"]);
      expect(app.hasQuit).toBe(false);
      expect(service.state().state).toBe("ready");
    });

    it("or leave all the same", async () => {
      await write(true);
      const app = new FakeApp();
      app.locale = "de-DE";
      const { asked } = guard(app, ["Beenden"]);
      app.quit();
      await until("it has quit", () => app.hasQuit);
      expect(asked[0]?.message).toBe("3 Änderungen haben die Cloud noch nicht erreicht.");
      expect(service.state().state).toBe("stopped");
    });

    it("or send first", async () => {
      const client = await write(true);
      const app = new FakeApp();
      const { asked } = guard(app, ["Send, then quit"], { sendMs: 60_000 });
      app.quit();
      await until("it has asked", () => asked.length === 1);
      await client.simulateOffline(false);
      await until("it has quit", () => app.hasQuit);
      expect(asked).toHaveLength(1);
    });

    it("what cannot be sent is said", async () => {
      await write(true);
      const app = new FakeApp();
      const { asked } = guard(app, ["Send, then quit", "Stay"], { sendMs: 500 });
      app.quit();
      await until("it stays", () => log.events().includes("stays"));
      expect(asked[1]?.message).toBe("3 changes could not be sent now.");
      expect(app.hasQuit).toBe(false);
    });

    it("what was typed and not saved is asked about first", async () => {
      const app = new FakeApp();
      const { asked } = guard(app, ["Stay", "Leave"], { unsaved: () => true });
      app.quit();
      await until("it stays", () => log.events().includes("stays"));
      expect(service.state().state).toBe("ready");
      app.quit();
      await until("it has quit", () => app.hasQuit);
      expect(asked.map(({ message }) => message)).toEqual([
        "Leave without saving?",
        "Leave without saving?",
      ]);
    });

    it("a service that does not answer keeps nobody", async () => {
      const app = new FakeApp();
      const { asked } = guard(app, []);
      await service.stop();
      app.quit();
      await until("it has quit", () => app.hasQuit);
      expect(asked).toEqual([]);
    });

    it("a machine that goes down asks nothing", async () => {
      await write(true);
      const app = new FakeApp();
      const { asked, powerMonitor } = guard(app, []);
      powerMonitor.emit("shutdown");
      app.quit();
      expect(app.hasQuit).toBe(true);
      expect(asked).toEqual([]);
      await until("the service is stopped", () => service.state().state === "stopped");
    });
  });
});

describe("a second start", () => {
  it("shows the first one's window, and ends", () => {
    const first = new FakeApp();
    const calls: string[] = [];
    const call = (name: string) => () => void calls.push(name);
    const window = {
      isMinimized: () => true,
      restore: call("restore"),
      show: call("show"),
      focus: call("focus"),
    };
    expect(isFirstInstance(first.asApp(), () => window)).toBe(true);
    first.emit("second-instance");
    expect(calls).toEqual(["restore", "show", "focus"]);
    const second = new FakeApp();
    second.isFirst = false;
    expect(isFirstInstance(second.asApp(), () => null)).toBe(false);
    expect(second.hasQuit).toBe(true);
  });
});
