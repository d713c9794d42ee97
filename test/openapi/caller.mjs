// Asks a program over HTTP and holds each question and answer against its document.
import http from "node:http";

function ask(base, method, path, { headers = {}, body } = {}) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, method, path, headers, agent: false },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            type: response.headers["content-type"] ?? "",
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
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

  // Reads events until `enough(events)`; gives them as {event, id, data}.
  events(route, enough, during) {
    const { hostname, port } = new URL(this.base);
    return new Promise((resolve, reject) => {
      const request = http.get(
        {
          hostname,
          port,
          path: route,
          headers: { authorization: `Bearer ${this.token}` },
          agent: false,
        },
        (response) => {
          const content = this.contract.answerSchema(
            "get",
            route,
            response.statusCode,
            response.headers["content-type"],
          );
          if (typeof content === "string") return reject(new Error(content));
          const events = [];
          let rest = "";
          response.on("data", (chunk) => {
            rest += chunk;
            const blocks = rest.split("\n\n");
            rest = blocks.pop();
            for (const block of blocks.filter((text) => /^data:/m.test(text))) {
              const lines = Object.fromEntries(
                block
                  .split("\n")
                  .map((line) => [
                    line.slice(0, line.indexOf(":")),
                    line.slice(line.indexOf(":") + 2),
                  ]),
              );
              const event = {
                event: lines.event,
                id: Number(lines.id),
                data: JSON.parse(lines.data),
              };
              const schema = content["x-events"][event.event];
              const faults = schema
                ? this.contract.faults(schema, event.data)
                : ["is not documented"];
              if (faults.length) reject(new Error(`event ${event.event}: ${faults.join("; ")}`));
              if (events.push(event) === 1) during().catch(reject);
            }
            if (enough(events)) (request.destroy(), resolve(events));
          });
        },
      );
      request.on("error", reject);
      request.setTimeout(60_000, () => request.destroy(new Error(`${route}: no more events`)));
    });
  }
}
