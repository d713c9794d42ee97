import { describe, expect, it } from "vitest";
import { createSseParser, type ServerSentEvent } from "../src/sse";

function parse(...chunks: string[]): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const parser = createSseParser((event) => events.push(event));
  for (const chunk of chunks) parser.feed(chunk);
  return events;
}

describe("the event stream parser", () => {
  const stream = 'id: 1\nevent: status\ndata: {"a":1}\n\nid: 2\nevent: queue\ndata: {}\n\n';
  const expected = [
    { id: "1", event: "status", data: '{"a":1}' },
    { id: "2", event: "queue", data: "{}" },
  ];

  it.each(["\n", "\r\n", "\r"])(
    "gives the same events wherever a stream is torn (%j)",
    (ending) => {
      const text = stream.replaceAll("\n", ending);
      for (let cut = 0; cut <= text.length; cut++) {
        expect(parse(text.slice(0, cut), text.slice(cut))).toEqual(expected);
      }
      expect(parse(...text)).toEqual(expected);
    },
  );

  it("joins several data lines and takes off one leading space only", () => {
    expect(parse("data: one\ndata:  two\ndata:three\n\n")).toEqual([
      { id: "", event: "message", data: "one\n two\nthree" },
    ]);
  });

  it("passes over comments, unknown fields and events without data", () => {
    expect(parse(": heartbeat\n\nretry: 5\nevent: status\n\ndata: x\n\n")).toEqual([
      { id: "", event: "message", data: "x" },
    ]);
  });

  it("keeps the last id for events that carry none", () => {
    expect(parse("id: 7\ndata: a\n\ndata: b\n\n").map((event) => event.id)).toEqual(["7", "7"]);
  });

  it("says nothing of an event that has not ended", () => {
    expect(parse("data: a\n")).toEqual([]);
  });
});
