// The daemon in memory as a fetch function, the event stream included: for tests without a socket.

import type { SyncEvent } from "@slipway/client";
import { createFakeApi } from "./fake-api.js";
import type { FakeState } from "./fake-state.js";

export interface FakeFetch {
  fetch: typeof fetch;
  /** Every call but the event stream: "POST /sync/enqueue". */
  calls: string[];
  /** From now on nobody answers, and open streams end. */
  stop: () => void;
  /** It answers again. */
  start: () => void;
}

export function createFakeFetch(state: FakeState): FakeFetch {
  const api = createFakeApi(state);
  const calls: string[] = [];
  const streams = new Set<() => void>();
  let running = true;
  const answer = async (request: Request): Promise<Response> => {
    if (!running) throw new TypeError("fetch failed");
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    if (url.pathname === "/sync/events") return streamOf(state, request.signal, streams);
    calls.push(`${request.method} ${url.pathname}${url.search}`);
    const text = await request.text();
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    const { status, body: result } = api({ method: request.method, url, body });
    const type = status < 400 ? "application/json" : "application/problem+json";
    return Response.json(result, { status, headers: { "content-type": type } });
  };
  return {
    fetch: (input, init) => answer(new Request(absolute(input), init)),
    calls,
    stop: () => {
      running = false;
      for (const end of streams) end();
    },
    start: () => {
      running = true;
    },
  };
}

function absolute(input: RequestInfo | URL): RequestInfo | URL {
  return input instanceof Request ? input : new URL(String(input), "http://daemon.test/");
}

export function eventText(event: SyncEvent, id: number): string {
  const { type, ...rest } = event;
  const body = "status" in rest && type === "status" ? rest.status : rest;
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(body)}\n\n`;
}

function streamOf(state: FakeState, signal: AbortSignal, streams: Set<() => void>): Response {
  const encoder = new TextEncoder();
  let id = 0;
  let end: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: SyncEvent) => controller.enqueue(encoder.encode(eventText(event, ++id)));
      const stop = state.subscribe(send);
      let open = true;
      end = () => {
        if (!open) return;
        open = false;
        stop();
        streams.delete(end);
        controller.close();
      };
      streams.add(end);
      signal.addEventListener("abort", end);
      send({ type: "status", status: state.status() });
    },
    cancel: () => end(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
