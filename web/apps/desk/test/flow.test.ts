import { describe, expect, it } from "vitest";
import {
  detailsText,
  documentsOf,
  fromBase64,
  toBase64,
  withDocument,
} from "../src/freight/documents";
import { entities, initialValues } from "../src/freight/entities";
import { stepOf, stepsOf } from "../src/freight/flow";
import { actionFor } from "../src/freight/mutations";
import { faultsOf } from "../src/freight/rules";

const rowOf = (values: Record<string, string | number | null>) => ({
  entityId: "row_1",
  values,
  sync: { state: "synced" as const, entries: [], version: null },
});
const context = () => {
  let made = 0;
  return {
    now: new Date("2026-11-22T15:30:00Z"),
    newId: () => `new_${++made}`,
    action: (entityType: string, op: "create" | "update" | "delete") =>
      actionFor(entityType, op, null),
    portName: (code: string) => ({ DEHAM: "Hamburg" })[code] ?? code,
  };
};

describe("the course of business", () => {
  const quote = rowOf({
    customerId: "cus_1",
    mode: "AIR",
    originPort: "DEHAM",
    destinationPort: "USNYC",
    status: "SENT",
    currency: "EUR",
    amountMinor: 185_000,
    shipmentId: null,
  });

  it("books an accepted quote as a shipment, both or neither", () => {
    const step = stepOf("book", "Quote", quote, context());
    expect(step.mutations.map(({ action }) => action)).toEqual(["CREATE_SHIPMENT", "UPDATE_QUOTE"]);
    expect(step.mutations[0]?.payload).toMatchObject({
      id: "new_1",
      customerId: "cus_1",
      mode: "AIR",
      freightCostMinor: 185_000,
      status: "BOOKED",
    });
    expect(step.mutations[1]?.payload).toEqual({ status: "ACCEPTED", shipmentId: "new_1" });
    expect(step.then).toEqual({ entityType: "Shipment", entityId: "new_1" });
  });

  it("invoices a shipment with a line of the freight, and issues it for thirty days", () => {
    const values = { ...quote.values, freightCostMinor: 90_000, status: "BOOKED" };
    const step = stepOf("invoice", "Shipment", rowOf(values), context());
    expect(step.mutations[0]?.payload).toMatchObject({ totalMinor: 90_000, shipmentId: "row_1" });
    expect(step.mutations[1]?.payload).toMatchObject({
      invoiceId: "new_1",
      description: "Hamburg – USNYC",
      amountMinor: 90_000,
    });
    const issued = stepOf("issue", "Invoice", rowOf({ status: "DRAFT" }), context());
    expect(issued.mutations[0]?.payload).toEqual({
      status: "ISSUED",
      issuedAt: "2026-11-22T00:00:00.000+00:00",
      dueAt: "2026-12-22T00:00:00.000+00:00",
    });
  });

  it("ends: nothing is offered twice", () => {
    expect(stepsOf("Quote", rowOf({ status: "DRAFT" }))).toEqual(["send", "book"]);
    expect(stepsOf("Quote", rowOf({ status: "ACCEPTED", shipmentId: "shp" }))).toEqual([]);
    expect(stepsOf("Quote", rowOf({ status: "EXPIRED" }))).toEqual([]);
    expect(stepsOf("Shipment", rowOf({ status: "CANCELLED" }))).toEqual([]);
    expect(stepsOf("Invoice", rowOf({ status: "ISSUED" }))).toEqual(["pay"]);
    expect(stepsOf("Invoice", rowOf({ status: "PAID" }))).toEqual([]);
  });
});

describe("a form's faults", () => {
  it("are named field by field", () => {
    const empty = initialValues(entities.Shipment);
    expect(Object.fromEntries(faultsOf(entities.Shipment, empty))).toEqual({
      customerId: "required",
      originPort: "required",
      destinationPort: "required",
    });
    const wrong = {
      ...empty,
      customerId: "cus_1",
      originPort: "DEHAM",
      destinationPort: "Atlantis",
      pieces: 0,
      departsAt: "2026-11-22T00:00:00.000+00:00",
      arrivesAt: "2026-11-21T00:00:00.000+00:00",
    };
    expect(Object.fromEntries(faultsOf(entities.Shipment, wrong))).toEqual({
      destinationPort: "port",
      arrivesAt: "order",
      pieces: "tooSmall",
    });
    const customer = { name: "Elbe", country: "Germany", email: "office" };
    expect(Object.fromEntries(faultsOf(entities.Customer, customer))).toEqual({
      country: "country",
      email: "email",
    });
  });
});

describe("documents", () => {
  const document = {
    name: "a.pdf",
    type: "application/pdf",
    bytes: 3,
    addedAt: "2026",
    content: "",
  };

  it("stand beside what else the details hold, also where those are text", () => {
    const details = withDocument({ details: '{"vessel":"Nord"}' }, "1", document);
    expect(details["vessel"]).toBe("Nord");
    expect(documentsOf({ details })).toEqual([{ key: "document:1", ...document }]);
    expect(documentsOf({ details: JSON.stringify(details) })).toHaveLength(1);
    expect(detailsText(details)).toBe("vessel: Nord, a.pdf");
    expect(documentsOf({ details: "not json" })).toEqual([]);
  });

  it("come back byte for byte", () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  });
});
