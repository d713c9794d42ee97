// One of thousands of devices: it has entries to send, at most one exchange in flight, and a stream
// of changes. It comes back as src/engine/engine.cpp does: by its stream, whose first word tells what
// is new; where none comes in time it asks. It waits as that does, too: after n failures in a row for
// a random time between 0.1 s and min(60 s, b × 2^(n-1)), and never less than Retry-After says. b is
// 1 s; of a cloud that is gone it is the window that its stream told last (up to three minutes, and
// then no wait is longer than that), and 9/10 of it is the least from the second failure on.

import { randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { idOf } from "../test/system/entry_id.mjs";
import { parsed, pause } from "../test/system/tools.mjs";

const requestSeconds = 90; // exchange_time_max of src/engine/limits.h
const firstWordSeconds = 5; // first_word_time_max of the same
const returnWithinMaxMs = 180_000; // return_within_max of the same
const updatedAt = "2026-11-22T13:25:01.462+00:00";

function backoffMs(failures, toldMs = 0) {
  const windowMs = Math.min(toldMs, returnWithinMaxMs);
  const bound = Math.min(
    Math.max(60_000, windowMs),
    Math.max(1000, windowMs) * 2 ** (failures - 1),
  );
  const floor = failures > 1 ? Math.max(100, windowMs * 0.9) : 100;
  return floor + Math.random() * (bound - floor);
}

export class Device {
  unsent = [];
  made = 0;
  entriesMax = 500; // of one push: push_entries_max of src/engine/limits.h
  connected = false;
  #cursor = null;
  #failures = 0;
  #number = 0;
  #incarnation = randomUUID();
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  #stream = null;
  #streamsSpeak = false; // the last one did
  #asks = false; // by exchanges: its stream was silent
  #returnWithinMs = 0;
  #ends = false;
  #busy = Promise.resolve();

  constructor(swarm, name, token) {
    this.swarm = swarm; // the node's url, and counts of what is asked
    this.name = name;
    this.token = token;
  }

  enqueue() {
    const number = (this.#number += 1);
    const entityId = `${this.name}-${number}`;
    const write = {
      ...{ action: "CREATE_CUSTOMER", op: "create", entityType: "Customer", entityId },
      ...{ base: {}, baseVersions: { "*": null }, lanePosition: number, number },
      ...{ incarnation: this.#incarnation, nonce: randomBytes(16).toString("hex") },
      payload: { id: entityId, name: `Customer ${number}`, country: "DE", city: null, updatedAt },
    };
    this.unsent.push({ id: idOf(write), write });
    this.made += 1;
  }

  /** Everything that is to be said and heard, one exchange after the other, for as long as it takes. */
  sync() {
    this.#busy = this.#busy.then(() => this.#sync());
    return this.#busy;
  }

  /** Cut off, or at the end: no exchange begins any more, until online() is called. */
  async offline() {
    this.#ends = true;
    this.#stream?.destroy();
    await this.#busy;
    this.#agent.destroy();
  }

  /** As if its stream had broken, and nobody had told it to wait. */
  returns() {
    this.#loses();
    return this.sync();
  }

  online() {
    this.#ends = false;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    return this.sync();
  }

  async #sync() {
    while (!this.#ends) {
      const answer = await this.#exchange();
      if (answer === "done") break;
      if (answer.status === 200) {
        this.#failures = 0;
        continue;
      }
      this.#failures += 1;
      const floor = 1000 * Number(answer.headers?.["retry-after"] ?? 0);
      const told = answer.status === 0 ? this.#returnWithinMs : 0;
      await pause(Math.max(floor, backoffMs(this.#failures, told)));
    }
  }

  async #exchange() {
    if (!this.#cursor || this.#asks) return this.#probe();
    if (!this.connected) return this.#streamsSpeak && !this.#stream ? this.#listen() : this.#pull();
    if (this.unsent.length > 0) return this.#push();
    if (!this.#stream) return this.#listen();
    return "done";
  }

  async #probe() {
    const answer = await this.#ask("GET", "/v1/capabilities");
    if (answer.status !== 200) return answer;
    this.#asks = false;
    this.#cursor ??= { seq: 0, salt: answer.json.cloudId };
    return answer;
  }

  async #pull() {
    const { seq, salt } = this.#cursor;
    const answer = await this.#ask("GET", `/v1/changes?cursor=${seq}-${salt}&limit=1000`);
    if (answer.status !== 200) return answer;
    this.#cursor = answer.json.to;
    this.connected = answer.json.head.seq === answer.json.to.seq;
    return answer;
  }

  async #push() {
    const items = this.unsent.slice(0, this.entriesMax);
    const body = { exchange: randomUUID(), device: this.#incarnation, cursor: this.#cursor };
    const answer = await this.#ask("POST", "/v1/push", { ...body, references: [], items });
    if (answer.status !== 200) return answer;
    const odd = answer.json.verdicts.find(({ verdict }) => verdict !== "applied");
    if (odd) throw new Error(`${this.name}: ${JSON.stringify(odd)}`);
    this.unsent.splice(0, items.length);
    this.swarm.settled(items.length);
    if (answer.json.page) this.#cursor = answer.json.page.to;
    else this.connected = false; // it pulls first
    return answer;
  }

  #ask(method, target, body) {
    const text = body && JSON.stringify(body);
    const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
    const counted = this.swarm.begins(`${method} ${target.split("?")[0]}`);
    return new Promise((resolve) => {
      const ended = (answer) => {
        counted(answer.status);
        resolve(answer);
      };
      const options = { method, headers, agent: this.#agent };
      const sent = http.request(this.swarm.url() + target, options, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", () => ended({ status: 0 }));
        answer.on("end", () => {
          const json = parsed(Buffer.concat(chunks).toString());
          ended({ status: json ? answer.statusCode : 0, headers: answer.headers, json });
        });
      });
      sent.setTimeout(requestSeconds * 1000, () => sent.destroy());
      sent.on("error", () => ended({ status: 0 }));
      sent.end(text);
    });
  }

  /** Opens the stream, and hears its first word; when it breaks, the device comes back after a wait. */
  #listen() {
    const headers = { authorization: `Bearer ${this.token}` };
    const { seq, salt } = this.#cursor;
    const target = `${this.swarm.url()}/v1/changes/stream?cursor=${seq}-${salt}`;
    const counted = this.swarm.begins("GET /v1/changes/stream");
    return new Promise((resolve) => {
      let isOver = false;
      const ended = (answer) => {
        if (isOver) return;
        isOver = true;
        clearTimeout(silence);
        counted(answer.status);
        resolve(answer);
      };
      const silent = () => {
        this.#streamsSpeak = false;
        this.#asks = true;
        ended({ status: 408 });
        sent.destroy();
      };
      const silence = setTimeout(silent, firstWordSeconds * 1000);
      const sent = http.get(target, { headers, agent: false }, (answer) => {
        answer.on("error", () => {});
        if (answer.statusCode !== 200) {
          answer.resume();
          return ended({ status: answer.statusCode, headers: answer.headers });
        }
        this.#stream = sent;
        answer.setEncoding("utf8");
        let text = "";
        answer.on("data", (chunk) => {
          const events = (text + chunk).split("\n\n");
          text = events.pop();
          for (const event of events) if (this.#hear(event, !isOver)) ended({ status: 200 });
        });
        answer.on("close", () => {
          ended({ status: 0 });
          if (this.#stream === sent) this.#streamEnded();
        });
      });
      sent.on("error", () => ended({ status: 0 }));
    });
  }

  /** Whether it was a word. The first one is the node's answer to where the device stands. */
  #hear(event, isFirst) {
    const retry = /^retry: (\d+)$/m.exec(event);
    if (retry) this.#returnWithinMs = Number(retry[1]);
    const data = /^data: (.*)$/m.exec(event);
    if (!data) return false;
    const { head, page } = JSON.parse(data[1]);
    this.#streamsSpeak = true;
    if (page && page.from.seq === this.#cursor.seq) this.#cursor = page.to;
    const isBehind = head.seq > this.#cursor.seq;
    if (isFirst) this.connected = !isBehind;
    else if (isBehind && this.connected) {
      this.connected = false;
      this.sync();
    }
    return true;
  }

  #loses() {
    const stream = this.#stream;
    this.#stream = null;
    this.connected = false;
    stream?.destroy();
  }

  async #streamEnded() {
    this.#loses();
    if (this.#ends) return;
    await pause(backoffMs(1, this.#returnWithinMs));
    this.sync();
  }
}
