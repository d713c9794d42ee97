// A hosted API for the tests: json-server in a process of its own (or what else is given), and a gate
// before it that counts what passes and can take answers away after the work was done.

import { once } from "node:events";
import http from "node:http";
import { fileURLToPath } from "node:url";
import { request } from "../system/harness.mjs";

const program = fileURLToPath(new URL("server.mjs", import.meta.url));

export class HostedApi {
  #gate = null;
  /** Of the requests that came: "POST /customers". */
  seen = [];
  /** Of the newest. */
  headers = {};
  /** Called with each request; true: it is executed, and its answer is lost. */
  loses = () => false;
  /** Called with each request; a status is the answer, and nothing is executed. */
  refuses = () => null;

  /** Called with each request, and waited for, before it is passed on. */
  arrives = () => {};
  /** Called with each request; true: its sender is cut off, and it waits until deliver(). */
  keeps = () => false;
  #kept = [];

  static async start(world, rows) {
    const file = world.write(
      `api-${(world.count = (world.count ?? 0) + 1)}.json`,
      JSON.stringify(rows),
    );
    const running = world.spawn(process.execPath, [program, file]);
    return HostedApi.before(world, (await running.ready()).url);
  }

  static async before(world, behind) {
    const api = new HostedApi();
    api.behind = behind;
    world.onClose(() => api.shut());
    await api.open(0);
    return api;
  }

  async open(port) {
    // What is under way when everything is ended has no answer, and nobody who asks.
    this.#gate = http.createServer((incoming, answer) =>
      this.#pass(incoming, answer).catch(() => answer.destroy()),
    );
    this.#gate.listen(port, "127.0.0.1");
    await once(this.#gate, "listening");
    this.url = `http://127.0.0.1:${this.#gate.address().port}`;
  }

  /** Until open() at the same port connections are refused. */
  async shut() {
    if (!this.#gate.listening) return;
    const closed = once(this.#gate, "close");
    this.#gate.close();
    this.#gate.closeAllConnections();
    await closed;
  }

  async #pass(incoming, answer) {
    const body = Buffer.concat(await incoming.toArray()).toString();
    const what = `${incoming.method} ${incoming.url}`;
    this.seen.push(what);
    this.headers = incoming.headers;
    const status = this.refuses(what);
    if (status) {
      answer.writeHead(status, { "content-type": "application/json" });
      return answer.end("{}");
    }
    await this.arrives(what);
    const { method } = incoming;
    const named = Object.entries(incoming.headers).filter(([name]) => name.startsWith("x-"));
    const sent = { method, body: body || undefined, headers: Object.fromEntries(named) };
    if (this.keeps(what)) {
      this.#kept.push(() => request(this.behind + incoming.url, sent));
      return answer.destroy();
    }
    const done = await request(this.behind + incoming.url, sent);
    if (this.loses(what)) return answer.destroy();
    const headers = { "content-type": "application/json" };
    for (const name of ["location", "link", "etag"])
      if (done.headers[name]) headers[name] = done.headers[name];
    answer.writeHead(done.status, headers);
    answer.end(done.text);
  }

  /** What was kept is executed now, in its order. */
  async deliver() {
    for (const send of this.#kept.splice(0)) await send();
  }

  /** What somebody else does there, past the gate. */
  async ask(method, path, body) {
    const answer = await request(this.behind + path, { method, body });
    if (answer.status >= 300 && answer.status !== 404)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  count = (what) => this.seen.filter((each) => each.startsWith(what)).length;
}
