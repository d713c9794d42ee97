// Small things that every system test needs: waiting, asking, chance.

import http from "node:http";

const requestSeconds = 60;

/** Polls until `condition` gives something true, and gives that. Says what it waited for. */
export async function until(what, condition, seconds = 60) {
  const deadline = performance.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      if (error.code === "ERR_ASSERTION") throw error;
      last = error;
    }
    if (performance.now() > deadline) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`${seconds} s passed without: ${what}; last seen: ${seen}`);
    }
    await pause(20);
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One request on a connection of its own; any status is an answer, only no answer is an error. */
export function request(url, options = {}) {
  const { method = "GET", token, body, headers = {}, seconds = requestSeconds } = options;
  const bytes = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const all = { ...headers };
  if (token) all.authorization ??= `Bearer ${token}`;
  if (bytes !== undefined) {
    all["content-type"] ??= "application/json";
    all["content-length"] = Buffer.byteLength(bytes);
  }
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method, headers: all, agent: false }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode, headers: answer.headers, text, json: parsed(text) });
      });
    });
    sent.setTimeout(seconds * 1000, () => sent.destroy(new Error(`no answer from ${url}`)));
    sent.on("error", reject);
    sent.end(bytes);
  });
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Random numbers of one seed, printed so that a failing run can be repeated (SLIPWAY_SEED). */
export function seeded(seed = Number(process.env.SLIPWAY_SEED ?? Date.now() % 1_000_000_007)) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { seed, next, below, pick: (list) => list[below(list.length)] };
}
