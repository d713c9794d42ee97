// A parser for text/event-stream (WHATWG HTML, "server-sent events"). Feed it text as it arrives,
// torn anywhere; it calls back once per complete event. Pure: no clock, no network.

export interface ServerSentEvent {
  /** The last id seen so far, also if an earlier event carried it. */
  id: string;
  event: string;
  data: string;
}

export interface SseParser {
  feed(text: string): void;
}

export function createSseParser(onEvent: (event: ServerSentEvent) => void): SseParser {
  let rest = "";
  let lastId = "";
  let name = "";
  let data: string[] = [];
  let first = true;
  let skipLineFeed = false;

  const dispatch = () => {
    if (data.length > 0) onEvent({ id: lastId, event: name || "message", data: data.join("\n") });
    name = "";
    data = [];
  };

  const takeLine = (line: string) => {
    if (line === "") return dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment, used as heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? "" : line.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && !value.includes("\0")) lastId = value;
  };

  return {
    feed(text) {
      let chunk = rest + text;
      rest = "";
      if (first && chunk !== "") {
        if (chunk.startsWith("\uFEFF")) chunk = chunk.slice(1);
        first = false;
      }
      let start = 0;
      for (let i = 0; i < chunk.length; i++) {
        const c = chunk[i];
        if (c === "\n" && skipLineFeed && i === start) {
          skipLineFeed = false;
          start = i + 1;
          continue;
        }
        skipLineFeed = false;
        if (c !== "\n" && c !== "\r") continue;
        takeLine(chunk.slice(start, i));
        start = i + 1;
        skipLineFeed = c === "\r"; // a CR ends the line at once; a LF right after belongs to it
      }
      rest = chunk.slice(start);
    },
  };
}
