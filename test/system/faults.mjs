// What a network does to those who rely on it, for Proxy.fault. Each counts in `hits` how often it
// has struck; `pushes: true` leaves everything but pushes alone.

import { pause } from "./harness.mjs";

/** A fault that has `strike` in hand whatever goes in these directions. */
function fault(directions, strike, { pushes = false } = {}) {
  const made = { hits: 0 };
  for (const direction of directions) {
    made[direction] = (link, piece, proxy) => {
      if (pushes && !link.pushing) return link.pass(direction, piece);
      strike({
        link,
        piece,
        proxy,
        direction,
        hit: () => (made.hits += 1),
        live: () => proxy.fault === made,
      });
    };
  }
  return made;
}

/** The connection ends after so many bytes of a request ("up") or of its answer ("down"). */
export function cutAfter(bytes, direction, { reset = false, ...options } = {}) {
  const strike = ({ link, piece, hit }) => {
    const left = bytes - link.bytes[direction];
    if (piece.length < left) return link.pass(direction, piece);
    hit();
    link
      .pass(direction, piece.subarray(0, left))
      .then(() => (reset ? link.reset() : flushed(link)));
  };
  return fault([direction], strike, options);
}

// What was passed on reaches the other side before the end does.
function flushed(link) {
  const both = [link.client, link.cloud].map(
    (socket) => new Promise((resolve) => (socket.destroyed ? resolve() : socket.end(resolve))),
  );
  Promise.race([Promise.all(both), pause(200)]).then(() => link.cut());
}

/** The answer is lost; what it answered has happened. */
export const answerLost = (options) => cutAfter(0, "down", options);

/** The first half of each piece of an answer arrives. */
export const answerTorn = (options) =>
  fault(
    ["down"],
    ({ link, piece, hit }) => {
      hit();
      link.pass("down", piece.subarray(0, piece.length >> 1)).then(() => link.cut());
    },
    options,
  );

/** It takes everything and never answers. */
export const silence = (options) => fault(["down"], ({ hit }) => hit(), options);

/** Both ways take so long. */
export const delay = (ms) =>
  fault(["up", "down"], ({ link, piece, direction, hit, live }) => {
    hit();
    link.pass(direction, piece, () => live() && pause(ms));
  });

/** A few bytes now and then, while it lasts. */
export const trickle = (bytes, everyMs) =>
  fault(["up", "down"], ({ link, piece, direction, hit, live }) => {
    hit();
    for (let at = 0; at < piece.length; at += bytes) {
      link.pass(direction, piece.subarray(at, at + bytes), () => live() && pause(everyMs));
    }
  });

/**
 * Some bytes of each piece are others than those that were sent. What names the sender, its place in
 * the log or a length is spared: a damaged token is a refused one, a damaged length is a cut.
 */
export const garble = (random, direction, options) =>
  fault(
    [direction],
    ({ link, piece, hit }) => {
      const bytes = Buffer.from(piece);
      const open = placesIn(piece);
      const count = 1 + random.below(3);
      for (let i = 0; i < count; i += 1) bytes[random.pick(open)] ^= 1 + random.below(255);
      hit();
      link.pass(direction, bytes);
    },
    options,
  );

function placesIn(piece) {
  const spared = new Set();
  for (const { index, 0: line } of piece
    .toString("latin1")
    .matchAll(/^(?:GET|POST|authorization|content-length)[: ][^\r\n]*\r\n/gim)) {
    for (let i = 0; i < line.length; i += 1) spared.add(index + i);
  }
  return [...piece.keys()].filter((place) => !spared.has(place));
}

/** A captive portal: whoever asks for anything is welcome to the airport. */
export const portal = (status) =>
  fault(["up"], ({ link, hit }) => {
    hit();
    const page = `<!DOCTYPE html><title>Welcome to the airport (${status})</title>`;
    link.client.end(
      `HTTP/1.1 ${status} Welcome\r\nContent-Type: text/html\r\nLocation: http://portal.example/\r\n` +
        `Content-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
    );
    link.cloud.destroy();
  });

/** Pushes are kept back somewhere in the network, in `proxy.held`, and may arrive much later. */
export const held = () =>
  fault(
    ["up"],
    ({ link, proxy, hit }) => {
      if (!complete(proxy.request)) return;
      hit();
      proxy.held.push(proxy.request);
      link.cut();
    },
    { pushes: true },
  );

function complete(request) {
  const head = request.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /^content-length: (\d+)/im.exec(request.toString("latin1", 0, head));
  return request.length >= head + 4 + Number(length[1]);
}
