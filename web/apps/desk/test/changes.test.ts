import { newId } from "@slipway/client";
import { describe, expect, it } from "vitest";
import { parseRoute } from "../src/app/routes";
import { changedFields, rebase } from "../src/freight/diff";
import { actionFor, createMutation, lineMutations } from "../src/freight/mutations";
import { texts as chosen } from "../src/texts";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";

describe("an update", () => {
  it("carries only the changed fields", () => {
    expect(changedFields({ a: 1, b: "x", c: null }, { a: 1, b: "y", c: null })).toEqual({ b: "y" });
    expect(changedFields({ a: { n: 1 } }, { a: { n: 1 } })).toEqual({});
  });

  it("of a row that moved keeps what was typed and takes the rest", () => {
    const base = { status: "DRAFT", pieces: 1, notes: "a" };
    const draft = { status: "BOOKED", pieces: 1, notes: "b" };
    const fresh = { status: "CANCELLED", pieces: 5, notes: "b" };
    expect(rebase(base, draft, fresh)).toEqual({
      draft: { status: "BOOKED", pieces: 5, notes: "b" },
      contested: ["status"],
    });
  });
});

describe("writes", () => {
  it("use the daemon's own action names where it gives any", () => {
    expect(actionFor("InvoiceLine", "create", null)).toBe("CREATE_INVOICE_LINE");
    const one = { entityType: "InvoiceLine", op: "create" as const, requires: null };
    const can = { allowed: true, queues: true, reason: null };
    const actions = [{ ...one, ...can, action: "CREATE_INVOICELINE" }];
    expect(actionFor("InvoiceLine", "create", { actions })).toBe("CREATE_INVOICELINE");
  });

  it("of a new row leave empty fields to the database", () => {
    const write = createMutation("Quote", "q", { a: 1, b: null }, "CREATE_QUOTE", null);
    expect(write.payload).toEqual({ id: "q", a: 1 });
  });

  it("of an invoice's lines are exactly the differences", () => {
    const line = (id: string, quantity: number) => ({
      id,
      position: 1,
      description: id,
      quantity,
      unitPriceMinor: 10,
    });
    const writes = lineMutations(
      "inv",
      [line("kept", 1), line("changed", 1), line("gone", 1)],
      [line("kept", 1), line("changed", 2), line("new", 1)],
      (op) => op,
    );
    expect(writes.map((write) => [write.action, write.entityId])).toEqual([
      ["delete", "gone"],
      ["update", "changed"],
      ["create", "new"],
    ]);
    expect(writes[1]?.payload).toEqual({ quantity: 2, amountMinor: 20 });
  });
});

describe("the desk", () => {
  it("makes version 4 ids, with or without a secure context", () => {
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const insecure = {
      getRandomValues: (bytes: Uint8Array) => crypto.getRandomValues(bytes),
    } as unknown as Crypto;
    expect(newId()).toMatch(shape);
    expect(newId(insecure)).toMatch(shape);
  });

  it("finds its screens by the address", () => {
    expect(parseRoute("#/quotes/q%2F1")).toEqual({ entityType: "Quote", record: "q/1" });
    expect(parseRoute("")).toEqual({ entityType: "Shipment", record: null });
  });

  it("has every word in both languages", () => {
    const shape = (texts: object): string[] =>
      Object.entries(texts).flatMap(([name, value]: [string, unknown]) =>
        typeof value === "object" && value !== null
          ? shape(value).map((inner) => `${name}.${inner}`)
          : [name],
      );
    expect(shape(de).sort()).toEqual(shape(en).sort());
    expect([de, en]).toContain(chosen);
  });
});
