// strace as a saboteur: it kills a running program at its n-th call of a kind, before the kernel
// carries the call out, or lets such calls fail.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { until } from "./harness.mjs";

/** Why nothing can be traced here; "": it can. */
export function cannotTrace() {
  const tried = spawnSync("strace", ["-f", "-o", "/dev/null", "-e", "trace=none", "true"]);
  if (tried.error) return "strace is not installed";
  return tried.status === 0 ? "" : `strace may not trace here: ${tried.stderr}`.trim();
}

/** For the prefix of a start: the program is killed at its n-th such call. */
export const killedAt = (call, n) => [
  ...["strace", "-D", "-f", "-o", "/dev/null", "-e", `trace=${call}`],
  ...["-e", `inject=${call}:signal=KILL:when=${n}`],
];

export class Tracer {
  /** `effect`: "signal=KILL" or "error=EIO"; `when`: "3", or "3+" for the third and all after it. */
  static async attach(world, running, call, effect, when) {
    const { pid } = running.child;
    const inject = `inject=${call}:${effect}:when=${when}`;
    const tracer = new Tracer();
    tracer.running = world.spawn("/usr/bin/env", [
      ...["strace", "-f", "-o", "/dev/null", "-p", String(pid)],
      ...["-e", `trace=${call}`, "-e", inject],
    ]);
    await until("strace is attached", () => {
      if (tracer.running.code !== null) throw new Error(tracer.running.stderr);
      return tracer.running.stderr.includes("attached");
    });
    return tracer;
  }

  async detach() {
    this.running.child.kill("SIGINT");
    await this.running.end();
  }
}

/** How often a running program makes each of these calls during `deed`. */
export async function countCalls(world, running, calls, deed) {
  const { pid } = running.child;
  const file = world.path(`calls-${pid}.txt`);
  const tracer = world.spawn("/usr/bin/env", [
    ...["strace", "-f", "-c", "-o", file, "-p", String(pid), "-e", `trace=${calls.join(",")}`],
  ]);
  await until("strace is attached", () => tracer.stderr.includes("attached"));
  await deed();
  tracer.child.kill("SIGINT");
  await tracer.end();
  const counts = new Map();
  for (const line of fs.readFileSync(file, "utf8").split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (calls.includes(fields.at(-1))) counts.set(fields.at(-1), Number(fields[3]));
  }
  return counts;
}
