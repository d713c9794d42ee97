// A proxy that plants a defect before a sound API, as the conformance kit would meet it.
//
// A defect is a function of a call and of what passes it on; it gives the answer. A call has `method`,
// `path`, `headers`, `body` (text) and isThere(), which says whether its sender still listens.

import { pause, request } from "./tools.mjs";

export const isWrite = ({ method }) => method !== "GET";

/** The answer, where it is JSON after `change` has been at it. */
export function changed(answer, change) {
  if (!answer.json) return answer;
  change(answer.json);
  return { ...answer, text: JSON.stringify(answer.json) };
}

/** Who reads the keys of `conflict` is told something else, in both profiles. */
export const conflictDefects = {
  "does not say who": { says: /conflict\.who/, change: (conflict) => delete conflict.who },
  "does not say when": { says: /conflict\.when/, change: (conflict) => (conflict.when = "then") },
  "tells a wrong base": {
    says: /conflict\.base/,
    change: (conflict) => (conflict.base = conflict.server),
  },
  "tells what was sent as what is there": {
    says: /conflict\.server/,
    change: (conflict) => (conflict.server = conflict.local),
  },
};

const alone_ms = 500; // within which the others of several at once have come, also under load

/** Calls of one name that are made at once meet here: the first waits until another has come. */
export function meetings() {
  const waiting = new Map();
  return async (name) => {
    const first = waiting.get(name);
    if (first) return first();
    await Promise.race([new Promise((met) => waiting.set(name, met)), pause(alone_ms)]);
    waiting.delete(name);
  };
}

/** A proxy with a defect (or none); gives its address. */
export function defectProxy(world, url, defect = (call, pass) => pass(call)) {
  const pass = ({ method, path, headers, body }) => {
    const kept = ["authorization", "idempotency-key", "if-match", "if-none-match", "content-type"];
    const sent = Object.fromEntries(kept.filter((h) => headers[h]).map((h) => [h, headers[h]]));
    return request(url + path, { method, headers: sent, body });
  };
  return world.server(async (incoming, outgoing) => {
    let body = "";
    for await (const piece of incoming.setEncoding("utf8")) body += piece;
    let isThere = true;
    outgoing.on("close", () => (isThere = false));
    const { method, url: path, headers } = incoming;
    const call = { method, path, headers, body: body || undefined, isThere: () => isThere };
    const { status, headers: told, text } = await defect(call, pass);
    for (const name of ["content-type", "etag"])
      if (told[name]) outgoing.setHeader(name, told[name]);
    outgoing.writeHead(status).end(text);
  });
}
