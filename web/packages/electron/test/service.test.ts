// The service under the shell's care: the real program, killed, hung, missing, left over.

import { createSyncClient } from "@slipway/client";
import { programFolder, programsExist, until, World } from "@slipway/testing/programs";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createService, type Service, type ServiceOptions } from "../src/index";
import { type ReadLog, scratchFolder, testLog } from "./support";

const binary = join(programFolder, "slipway");

describe.runIf(programsExist)("the service", () => {
  let world: World;
  let empty: string;
  let database: string;
  let log: ReadLog;
  const services: Service[] = [];

  beforeAll(async () => {
    world = new World();
    empty = await world.freight("empty.db");
  });
  afterAll(() => world.close());
  beforeEach(() => {
    const folder = scratchFolder();
    database = join(folder, "app.db");
    copyFileSync(empty, database);
    log = testLog(folder);
    return async () => {
      for (const service of services.splice(0)) await service.stop();
    };
  });

  const cloud = ["--cloud", "http://127.0.0.1:9", "--cloud-token-file", "/dev/null"];
  const make = (part: Partial<ServiceOptions> = {}) => {
    const service = createService({ binary, database, args: cloud, log, random: () => 0, ...part });
    services.push(service);
    return service;
  };
  const processOf = () =>
    (JSON.parse(readFileSync(`${database}-slipway.run`, "utf8")) as { process: number }).process;
  const lives = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const readyAgain = (service: Service, notIn: number) =>
    until(
      "the service is ready again",
      () => service.state().state === "ready" && processOf() !== notIn,
    );

  it("is started, answers, and is stopped without a trace", async () => {
    const service = make();
    service.start();
    service.start(); // twice is once
    const connection = await service.ready();
    const status = await createSyncClient(connection).status();
    expect(status.counts.PENDING).toBe(0);
    const pid = processOf();
    await service.stop();
    expect(lives(pid)).toBe(false);
    expect(service.state()).toEqual({ state: "stopped" });
    expect(log.events()).toEqual(
      expect.arrayContaining(["service-starting", "service-ready", "service-stopped"]),
    );
    await expect(service.ready()).rejects.toThrow("stopped");
  });

  it("that is killed comes back at the same address, with the same token", async () => {
    const service = make();
    service.start();
    const before = await service.ready();
    const pid = processOf();
    process.kill(pid, "SIGKILL");
    await until("it waits or runs again", () => service.state().state !== "ready");
    await readyAgain(service, pid);
    expect(service.state()).toEqual({ state: "ready", ...before });
  });

  it("that hangs is noticed, ended and started again", async () => {
    const service = make({ lookEveryMs: 100, answerMs: 1000 }); // a busy machine does not hang
    service.start();
    await service.ready();
    const pid = processOf();
    process.kill(pid, "SIGSTOP");
    await readyAgain(service, pid);
    expect(lives(pid)).toBe(false);
    expect(log.events()).toContain("service-hangs");
  });

  it("that is missing has failed, says why, and is tried again when asked", async () => {
    const service = make({ binary: join(programFolder, "no-such-program") });
    service.start();
    await expect(service.ready()).rejects.toThrow(/ENOENT/);
    expect(service.state().state).toBe("failed");
    service.start();
    await expect(service.ready()).rejects.toThrow(/ENOENT/);
  });

  it("that is started in a wrong way is not started again and again", async () => {
    const service = make({ args: ["--no-such-option"] });
    service.start();
    await expect(service.ready()).rejects.toThrow(/no-such-option/);
    expect(log.events().filter((event) => event === "service-starting")).toHaveLength(1);
  });

  it("whose database is not there yet comes up when it is", async () => {
    rmSync(database);
    const service = make();
    service.start();
    await until("it waits", () => service.state().state === "waiting");
    expect(service.state()).toMatchObject({
      reason: expect.stringMatching(/no database/) as string,
    });
    copyFileSync(empty, database);
    await service.ready();
  });

  it("that an app left behind is used by the next one, and ends with neither", async () => {
    const first = make();
    first.start();
    const connection = await first.ready();
    const pid = processOf();
    const second = make();
    second.start();
    expect(await second.ready()).toEqual(connection);
    expect(log.events()).toContain("service-found");
    await second.stop();
    expect(lives(pid)).toBe(true); // it is not its own
    await first.stop();
    expect(lives(pid)).toBe(false);
  });

  it("that was found and goes away is replaced by one of our own", async () => {
    const first = make();
    first.start();
    await first.ready();
    const second = make({ lookEveryMs: 100 });
    second.start();
    await second.ready();
    const pid = processOf();
    await first.stop();
    await readyAgain(second, pid);
  });

  it("leaves no process behind", async () => {
    const service = make();
    service.start();
    await service.ready();
    await service.stop();
    const left = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(database));
    expect(left).toEqual([]);
  });
});
