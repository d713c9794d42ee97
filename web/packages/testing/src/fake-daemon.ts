// The daemon in memory behind a real port of this machine, with a built web app beside it: for
// browsers. Port from the kernel.

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { createFakeApi } from "./fake-api.js";
import { eventText } from "./fake-fetch.js";
import { fakeProblem } from "./fake-problem.js";
import type { FakeState } from "./fake-state.js";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const policy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";

export interface FakeDaemon {
  url: string;
  stop: () => Promise<void>;
  /** Ends the open event streams, as a proxy or a restart does; the page may come again. */
  cutStreams: () => void;
  /** Last-Event-ID of each stream that was opened; "" where there was none. */
  streams: string[];
}

export async function startFakeDaemon(
  state: FakeState,
  options: { token: string; folder: string },
): Promise<FakeDaemon> {
  const api = createFakeApi(state);
  const streams: string[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url === "/sync/events") {
      streams.push(String(request.headers["last-event-id"] ?? ""));
      open.add(response);
      response.on("close", () => open.delete(response));
    }
    void handle(state, api, options, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    streams,
    cutStreams: () => open.forEach((response) => response.destroy()),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  state: FakeState,
  api: ReturnType<typeof createFakeApi>,
  options: { token: string; folder: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://daemon.test");
  if (!/^\/(sync|data)\//.test(url.pathname)) {
    return sendFile(options.folder, url.pathname, response);
  }
  const allowed = request.headers.authorization === `Bearer ${options.token}`;
  if (allowed && url.pathname === "/sync/events") return sendEvents(state, response);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  const answer = allowed
    ? api({ method: request.method ?? "GET", url, body })
    : fakeProblem(401, "unauthorized", "The token is wrong");
  const kind = answer.status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(answer.status, { "content-type": kind });
  response.end(JSON.stringify(answer.body));
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const name = normalize(path === "/" ? "/index.html" : path);
  try {
    const content = await readFile(join(folder, name));
    const type = types[extname(name)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-security-policy": policy });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function sendEvents(state: FakeState, response: ServerResponse): void {
  let id = 0;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(eventText({ type: "status", status: state.status() }, ++id));
  const stop = state.subscribe((event) => response.write(eventText(event, ++id)));
  response.on("close", stop);
}
