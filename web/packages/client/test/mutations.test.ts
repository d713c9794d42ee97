import { describe, expect, it } from "vitest";
import { actionName, type EntityCapability, sameValue, storedValues } from "../src/index";

describe("an action's default name", () => {
  // The same rule as the daemon's (upper_snake_case in src/model/sync_rules.cpp).
  it.each([
    ["Shipment", "UPDATE_SHIPMENT"],
    ["InvoiceLine", "UPDATE_INVOICE_LINE"],
    ["HTTPRoute", "UPDATE_HTTP_ROUTE"],
    ["Line2Item", "UPDATE_LINE2_ITEM"],
    ["customer_order", "UPDATE_CUSTOMER_ORDER"],
  ])("of %s is %s", (entityType, action) => {
    expect(actionName("update", entityType)).toBe(action);
  });
});

const field = (name: string, type: "text" | "datetime", required: boolean) => ({
  name,
  type,
  required,
  hasDefault: false,
});
const shipment: EntityCapability = {
  entityType: "Shipment",
  primaryKey: ["id"],
  fields: [
    field("note", "text", false),
    field("departsAt", "datetime", false),
    field("bookedAt", "datetime", true),
    field("updatedAt", "datetime", true),
  ],
  references: [],
  policy: "manual",
  scope: "field",
  rules: {},
};

describe("values on their way into a table", () => {
  const now = new Date("2026-11-22T13:25:01.462Z");

  it("have their times in the form that the app's database layer reads", () => {
    const given = { departsAt: "2026-11-22T14:00:00+02:00", note: "2026-11-22T14:00:00Z" };
    expect(storedValues(shipment, given, null)).toEqual({
      departsAt: "2026-11-22T12:00:00.000+00:00",
      note: "2026-11-22T14:00:00Z",
    });
  });

  it("of a new row get the time stamps that a server would give, and no other field", () => {
    expect(storedValues(shipment, {}, now)).toEqual({ updatedAt: "2026-11-22T13:25:01.462+00:00" });
    expect(storedValues(shipment, { updatedAt: null }, now)).toEqual({ updatedAt: null });
  });

  it("are taken as they are where the table is not known", () => {
    expect(storedValues(null, { departsAt: "2026-11-22T14:00:00Z" }, now)).toEqual({
      departsAt: "2026-11-22T14:00:00Z",
    });
  });
});

describe("two values of a field", () => {
  it.each([
    ["2026-11-22T14:00:00Z", "2026-11-22T14:00:00.000+00:00", true],
    ["2026-11-22T14:00:00Z", "2026-11-22T14:00:01Z", false],
    [{ a: 1, b: [2, null] }, { b: [2, null], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, c: 3 }, { a: 1, b: 3 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [0, false, false],
    [null, "", false],
    ["1", 1, false],
  ])("%j and %j: the same is %s", (a, b, same) => {
    expect(sameValue(a, b)).toBe(same);
    expect(sameValue(b, a)).toBe(same);
  });
});
