// A TCP proxy between a daemon and its cloud. `fault` is one of faults.mjs, or null: all passes.

import { once } from "node:events";
import net from "node:net";

const sentMax = 500;
const repeatMs = 60_000;

/** One connection through the proxy; a fault gets each piece of it ("up": to the cloud) in hand. */
class Link {
  #tails = { up: Promise.resolve(), down: Promise.resolve() };
  pushing = false;
  /** Of the present request and its answer, before the piece in hand. */
  bytes = { up: 0, down: 0 };

  constructor(client, cloud) {
    this.client = client;
    this.cloud = cloud;
  }

  /** Sends it on after what went before, when `before` has passed. */
  pass(direction, piece, before = () => {}) {
    const socket = direction === "up" ? this.cloud : this.client;
    this.#tails[direction] = this.#tails[direction].then(before).then(() => {
      if (!socket.destroyed) socket.write(piece);
    });
    return this.#tails[direction];
  }

  cut() {
    this.client.destroy();
    this.cloud.destroy();
  }

  /** As a machine does that has forgotten the connection: RST, not FIN. */
  reset() {
    this.client.resetAndDestroy();
    this.cloud.resetAndDestroy();
  }
}

export class Proxy {
  #server = null;
  #links = new Set();
  #port = 0;
  #target;
  #request = [];
  fault = null;
  pushes = 0; // seen so far
  onPush = null; // called once, before the request is sent on
  sent = []; // the newest pushes that were answered, as bytes
  held = []; // pushes that a fault took out of the network, as bytes

  constructor(target) {
    this.#target = target;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes connections, after the first time on the same port. */
  async open() {
    if (this.#server) return this;
    this.#server = net.createServer((client) => this.#connect(client));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.#server.address().port;
    return this;
  }

  /** From now on the kernel refuses connections; those that are there are cut. */
  async shut() {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    server.close();
    this.cutAll();
    await once(server, "close");
  }

  cutAll() {
    for (const link of this.#links) link.cut();
  }

  /** Sends an old push once more, as a network may; gives the status that it is answered with. */
  async repeat(bytes) {
    const { hostname, port } = new URL(this.#target());
    const cloud = net.connect(Number(port), hostname);
    cloud.write(bytes);
    try {
      const [answer] = await once(cloud, "data", { signal: AbortSignal.timeout(repeatMs) });
      return Number(answer.toString("latin1").split(" ", 2)[1]);
    } finally {
      cloud.destroy();
    }
  }

  #connect(client) {
    const { hostname, port } = new URL(this.#target());
    const link = new Link(client, net.connect(Number(port), hostname));
    this.#links.add(link);
    for (const [socket, other] of [
      [link.client, link.cloud],
      [link.cloud, link.client],
    ]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#links.delete(link);
        other.destroy();
      });
    }
    client.on("data", (piece) => this.#up(link, piece));
    link.cloud.on("data", (piece) => this.#down(link, piece));
  }

  #up(link, piece) {
    const start = piece.toString("latin1", 0, 20);
    if (/^(GET|POST) /.test(start)) {
      link.bytes = { up: 0, down: 0 };
      link.pushing = start.startsWith("POST /v1/push");
      if (link.pushing) this.#noticePush();
    }
    if (link.pushing) this.#request.push(piece);
    this.#move(link, "up", piece);
  }

  #noticePush() {
    this.pushes += 1;
    this.#request = [];
    const told = this.onPush;
    this.onPush = null;
    told?.();
  }

  /** The push that is on its way, as far as it has come. */
  get request() {
    return Buffer.concat(this.#request);
  }

  #down(link, piece) {
    if (link.pushing && link.bytes.down === 0) {
      this.sent.push(this.request);
      if (this.sent.length > sentMax) this.sent.shift();
    }
    this.#move(link, "down", piece);
  }

  #move(link, direction, piece) {
    const meddle = this.fault?.[direction];
    if (meddle) meddle(link, piece, this);
    else link.pass(direction, piece);
    link.bytes[direction] += piece.length;
  }
}
