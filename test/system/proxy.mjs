// A TCP proxy between a daemon and its cloud that takes the network away in one of several ways.

import { once } from "node:events";
import net from "node:net";

const sentMax = 50;

export class Proxy {
  #server = null;
  #sockets = new Set();
  #port = 0;
  #target;
  /** Answers to pushes: "pass", "cut" (the connection, instead), "tear" (half of it) or "keep" (back). */
  mode = "pass";
  pushes = 0; // seen so far
  damaged = 0; // answers that were lost or torn
  onPush = null; // called once, before the request is sent on
  sent = []; // some of the pushes that were answered, as bytes

  constructor(target) {
    this.#target = target;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes connections, after the first time on the same port. */
  async open() {
    this.#server = net.createServer((client) => this.#connect(client));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = this.#server.address().port;
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

  /** Sends an old push once more, as a network may; gives the status that it is answered with. */
  async repeat(bytes) {
    const { hostname, port } = new URL(this.#target());
    const cloud = net.connect(Number(port), hostname);
    this.#sockets.add(cloud);
    cloud.write(bytes);
    try {
      const [answer] = await once(cloud, "data");
      return Number(answer.toString("latin1").split(" ", 2)[1]);
    } finally {
      this.#sockets.delete(cloud);
      cloud.destroy();
    }
  }

  cutAll() {
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(client) {
    const { hostname, port } = new URL(this.#target());
    const cloud = net.connect(Number(port), hostname);
    let pushing = false;
    let bytes = [];
    for (const [socket, other] of [
      [client, cloud],
      [cloud, client],
    ]) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on("data", (chunk) => {
      if (chunk.includes("POST /v1/push")) {
        pushing = true;
        bytes = [];
        this.pushes += 1;
        const told = this.onPush;
        this.onPush = null;
        told?.();
      } else if (chunk.includes("GET /v1/")) {
        pushing = false;
      }
      bytes.push(chunk);
      if (!cloud.destroyed) cloud.write(chunk);
    });
    cloud.on("data", (chunk) => {
      if (pushing && bytes.length > 0) {
        this.sent.push(Buffer.concat(bytes));
        if (this.sent.length > sentMax) this.sent.shift();
        bytes = [];
      }
      if (!pushing || this.mode === "pass") return client.write(chunk);
      this.damaged += 1;
      if (this.mode === "keep") return;
      if (this.mode === "cut") return client.destroy();
      client.write(chunk.subarray(0, chunk.length >> 1), () => client.destroy());
    });
  }
}
