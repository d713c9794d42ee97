import { describe, expect, it } from "vitest";
import { createMatcher } from "../src/routing/match";
import type { Routes } from "../src/index";

const base = "https://api.example.com/v1";
const routes: Routes = {
  "GET /shipments": { list: "Shipment" },
  "GET /shipments/:id": { read: "Shipment" },
  "GET /shipments/latest": { read: "Shipment", id: () => "s9" },
  "POST /shipments/:shipment/lines/:id": { create: "Line" },
};

describe("a call", () => {
  const match = createMatcher(routes);
  const paramsOf = (method: string, url: string) => match(method, url, base)?.params;

  it("is found by method and path, with the path's parts by name", () => {
    expect(paramsOf("get", `${base}/shipments`)).toEqual({});
    expect(paramsOf("GET", `${base}/shipments/s%2F1?x=1#top`)).toEqual({ id: "s/1" });
    expect(paramsOf("post", `${base}/shipments/s1/lines/l2`)).toEqual({ shipment: "s1", id: "l2" });
  });

  it("goes to the route that is written out, whatever the order of the table", () => {
    expect(match("GET", `${base}/shipments/latest`, base)?.route).toBe(
      routes["GET /shipments/latest"],
    );
  });

  it.each([
    ["PUT", `${base}/shipments/s1`],
    ["GET", `${base}/shipments/s1/lines`],
    ["GET", "https://api.example.com/v12/shipments"],
    ["GET", "https://other.example.com/v1/shipments"],
    ["GET", "http://api.example.com/v1/shipments"],
    ["GET", "https://api.example.com/shipments"],
    ["GET", "http://["],
  ])("of another kind is none of ours: %s %s", (method, url) => {
    expect(match(method, url, base)).toBeNull();
  });

  it("may be relative, and may end in a slash", () => {
    expect(match("GET", "/shipments/?page=2", "")?.query.get("page")).toBe("2");
    expect(match("GET", "/api/shipments", "/api")?.path).toBe("/shipments");
    expect(match("GET", "/apis/shipments", "/api")).toBeNull();
  });

  it("keeps a stray % in a name", () => {
    expect(match("GET", "/shipments/100%", "")?.params).toEqual({ id: "100%" });
  });
});

describe("a wrong table is refused at once", () => {
  it.each<[string, Record<string, object>]>([
    ["is named like", { shipments: { list: "Shipment" } }],
    ["is named like", { "FETCH /shipments": { list: "Shipment" } }],
    ["exactly one of", { "GET /shipments": {} }],
    ["exactly one of", { "GET /shipments": { list: "Shipment", read: "Shipment" } }],
    ["mean the same", { "GET /a/:id": { read: "A" }, "GET /a/:name": { read: "A" } }],
  ])("%s", (message, table) => {
    expect(() => createMatcher(table as Routes)).toThrow(message);
  });
});
