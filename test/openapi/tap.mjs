// How a test starts our programs so that their answers are heard (heard.sh).
import fs from "node:fs";
import path from "node:path";

/** `env`, with what hears a program's answers, if they are to be heard. */
export function heard(env, programs) {
  const library = path.join(programs, "answer_tap.so");
  if (!isHeard(env) || !fs.existsSync(library)) return env;
  const preload = [...new Set([env.LD_PRELOAD, path.resolve(library)].filter(Boolean))].join(":");
  return { ...env, LD_PRELOAD: preload };
}

const isHeard = (env) => (env.ANSWER_TAP ?? "none") !== "none";
