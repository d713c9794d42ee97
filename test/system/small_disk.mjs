// A file system of a few megabytes, which can be filled to the last byte. Only root may mount one.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";

const block = 4096;

export class SmallDisk {
  #filler;

  /** Throws where none can be mounted: `cannotMount()` says so beforehand. */
  constructor(world, name, kibibytes) {
    this.folder = world.path(name);
    this.#filler = path.join(this.folder, "filler");
    fs.mkdirSync(this.folder);
    const refused = mount(this.folder, `size=${kibibytes}k`);
    if (refused) throw new Error(refused);
    world.onClose(unmounterOf(this.folder));
  }

  path(name) {
    return path.join(this.folder, name);
  }

  /** Takes all space but so many bytes, in whole blocks; others may take some of it meanwhile. */
  fill(left = 0) {
    const file = fs.openSync(this.#filler, "a");
    const { bavail, bsize } = fs.statfsSync(this.folder);
    const bytes = Math.max(0, bavail * bsize - left);
    try {
      for (let done = 0; done + block <= bytes; done += block)
        fs.writeSync(file, Buffer.alloc(block));
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
    } finally {
      fs.closeSync(file);
    }
  }

  free() {
    fs.rmSync(this.#filler, { force: true });
  }

  /** Only while nobody has a file open for writing there. */
  setReadOnly(on) {
    const refused = mount(this.folder, `remount,${on ? "ro" : "rw"}`);
    if (refused) throw new Error(refused);
  }
}

function mount(folder, options) {
  const done = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  return done.status === 0 ? "" : String(done.error ?? done.stderr).trim();
}

// A process of its own, whose input ends when this one does, in whatever way: nothing stays mounted.
function unmounterOf(folder) {
  const script = 'cat >/dev/null; exec umount --lazy "$1"';
  const options = { detached: true, stdio: ["pipe", "ignore", "ignore"] };
  const unmounter = spawn("/bin/sh", ["-c", script, "sh", folder], options);
  const ended = once(unmounter, "exit");
  unmounter.unref();
  return async () => {
    unmounter.stdin.end();
    await ended;
  };
}

/** Why no file system can be mounted here; "": one can. */
export function cannotMount(world) {
  if (process.getuid() !== 0) return "only root may mount a small file system";
  const folder = world.path("mount-trial");
  fs.mkdirSync(folder);
  const refused = mount(folder, "size=64k");
  if (!refused) spawnSync("umount", ["--lazy", folder]);
  return refused && `no small file system can be mounted here: ${refused}`;
}
