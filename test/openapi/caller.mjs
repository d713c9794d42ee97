// Asks a program over HTTP and holds each question and answer against its document.
import http from "node:http";
import { text } from "node:stream/consumers";

const answerMaxMs = 120_000; // a busy machine is no failure, and `Prefer: wait` may take 60 s of it

// The answer as it begins. Whoever reads on is told as well if it is cut off, or not whole in time.
function send(base, method, path, { headers = {}, body } = {}) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers, agent: false });
    let open = request;
    const late = new Error(`${method} ${path}: no end within ${answerMaxMs / 1000} s`);
    const alarm = setTimeout(() => open.destroy(late), answerMaxMs);
    request.on("close", () => clearTimeout(alarm));
    request.on("error", reject);
    request.on("response", (response) => resolve((open = response)));
    request.end(body);
  });
}

async function ask(base, method, path, options) {
  const response = await send(base, method, path, options);
  return {
    status: response.statusCode,
    type: response.headers["content-type"] ?? "",
    headers: response.headers,
    text: await text(response),
  };
}

async function* eventsIn(response) {
  let rest = "";
  for await (const chunk of response.setEncoding("utf8")) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop();
    yield* blocks.filter((block) => /^data:/m.test(block)).map(eventOf);
  }
}

function eventOf(block) {
  const parts = (line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)];
  const { event, id, data } = Object.fromEntries(block.split("\n").map(parts));
  return { event, id: Number(id), data: JSON.parse(data) };
}

export class Caller {
  constructor(contract, base, token) {
    Object.assign(this, { contract, base, token });
  }

  // `route` is the path as documented, {name} filled from `fill`. A body that is a string is sent as
  // it is. Gives {status, json, headers}; throws what is not as documented.
  async call(method, route, expected, { fill = {}, query = "", body, headers = {}, token } = {}) {
    const path = route.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(fill[name])) + query;
    const isText = typeof body === "string";
    const sent = body === undefined || isText ? body : JSON.stringify(body);
    const bearer = token ?? this.token;
    const answer = await ask(this.base, method.toUpperCase(), path, {
      body: sent,
      headers: {
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(sent && { "content-type": "application/json" }),
        ...headers,
      },
    });
    const where = `${method} ${path} → ${answer.status}`;
    if (answer.status !== expected)
      throw new Error(`${where} instead of ${expected}: ${answer.text}`);
    const content = this.contract.answerSchema(method, route, answer.status, answer.type);
    if (typeof content === "string") throw new Error(content);
    const isJson = /json/.test(answer.type);
    const json = isJson ? JSON.parse(answer.text) : undefined;
    const faults = this.contract.faults(content.schema, isJson ? json : answer.text);
    if (faults.length)
      throw new Error(`${where}: ${faults.join("\n  ")}\n  ${answer.text.slice(0, 600)}`);
    if (
      json?.type?.startsWith?.("https://slipway.dev/problems/") &&
      json.status !== answer.status
    ) {
      throw new Error(`${where}: the problem says ${json.status}`);
    }
    if (
      answer.status < 400 &&
      !isText &&
      (body !== undefined || this.contract.document.paths[route][method].requestBody?.required)
    ) {
      const wrong = this.contract.requestFaults(method, route, body);
      if (wrong.length)
        throw new Error(`${where}: accepted, but not as documented: ${wrong.join("; ")}`);
    }
    return { status: answer.status, json, headers: answer.headers, text: answer.text };
  }

  // The methods that the program has for a path, as it says itself.
  async methodsOf(path) {
    const answer = await ask(this.base, "TRACE", path, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    return (answer.headers.allow ?? "")
      .split(", ")
      .filter((name) => name && name !== "HEAD")
      .sort();
  }

  // Reads events until `enough(events)`; gives them as {event, id, data}. Runs `during` after the
  // first of them.
  async events(route, enough, during) {
    const headers = { authorization: `Bearer ${this.token}` };
    const response = await send(this.base, "GET", route, { headers });
    try {
      const type = response.headers["content-type"] ?? "";
      const content = this.contract.answerSchema("get", route, response.statusCode, type);
      if (typeof content === "string") throw new Error(content);
      const events = [];
      for await (const event of eventsIn(response)) {
        const schema = content["x-events"][event.event];
        const faults = schema ? this.contract.faults(schema, event.data) : ["is not documented"];
        if (faults.length) throw new Error(`event ${event.event}: ${faults.join("; ")}`);
        if (events.push(event) === 1) await during();
        if (enough(events)) return events;
      }
      throw new Error(`${route}: the stream ended after ${events.length} events`);
    } finally {
      response.destroy();
    }
  }
}
