// The course of business: a quote becomes a shipment, a shipment is invoiced, an invoice is issued and
// paid. Pure: from a row to the writes of its next step; ids and the time are arguments.

import type { Mutation, Op, Row, Values } from "@slipway/client";
import { type DeskEntity, lineValues } from "./entities";
import { number, text, toStoredTime } from "./format";
import { createMutation, updateMutation } from "./mutations";

export type StepName = "send" | "book" | "invoice" | "issue" | "pay";

export interface Step {
  name: StepName;
  /** Written together, or not at all. */
  mutations: Mutation[];
  /** What to look at afterwards. */
  then: { entityType: DeskEntity; entityId: string };
}

export interface StepContext {
  now: Date;
  newId: () => string;
  action: (entityType: string, op: Op) => string;
  portName: (code: string) => string;
}

const payableDays = 30;
const dayMs = 86_400_000;

/** What usually comes next, the likeliest first; nothing where the course has ended. */
export function stepsOf(entityType: DeskEntity, row: Row): StepName[] {
  const status = text(row.values["status"]);
  if (entityType === "Quote") {
    const booked = text(row.values["shipmentId"]) !== "";
    if (booked || status === "DECLINED" || status === "EXPIRED") return [];
    return status === "DRAFT" ? ["send", "book"] : ["book"];
  }
  if (entityType === "Shipment") return status === "CANCELLED" ? [] : ["invoice"];
  if (entityType === "Invoice") {
    if (status === "DRAFT") return ["issue"];
    return status === "ISSUED" ? ["pay"] : [];
  }
  return [];
}

export function stepOf(
  name: StepName,
  entityType: DeskEntity,
  row: Row,
  context: StepContext,
): Step {
  if (name === "book") return bookQuote(row, context);
  if (name === "invoice") return invoiceShipment(row, context);
  const changes: Record<"send" | "issue" | "pay", Values> = {
    send: { status: "SENT" },
    issue: { status: "ISSUED", ...issuedOn(context.now) },
    pay: { status: "PAID" },
  };
  const { entityId, values } = row;
  const action = context.action(entityType, "update");
  const change = updateMutation(entityType, entityId, values, changes[name], action);
  return {
    name,
    mutations: change === null ? [] : [change],
    then: { entityType, entityId },
  };
}

function bookQuote(quote: Row, { now, newId, action }: StepContext): Step {
  const shipmentId = newId();
  const { values } = quote;
  const taken = ["customerId", "mode", "originPort", "destinationPort", "currency", "notes"];
  const shipment: Values = {
    ...Object.fromEntries(taken.map((name) => [name, values[name] ?? null])),
    freightCostMinor: number(values["amountMinor"]),
    status: "BOOKED",
  };
  return {
    name: "book",
    mutations: [
      createMutation(
        "Shipment",
        shipmentId,
        shipment,
        action("Shipment", "create"),
        toStoredTime(now),
      ),
      {
        entityType: "Quote",
        entityId: quote.entityId,
        action: action("Quote", "update"),
        payload: { status: "ACCEPTED", shipmentId },
      },
    ],
    then: { entityType: "Shipment", entityId: shipmentId },
  };
}

function invoiceShipment(shipment: Row, { now, newId, action, portName }: StepContext): Step {
  const invoiceId = newId();
  const { values, entityId } = shipment;
  const from = portName(text(values["originPort"]));
  const to = portName(text(values["destinationPort"]));
  const unitPriceMinor = number(values["freightCostMinor"]);
  const id = newId();
  const line = { id, position: 1, description: `${from} – ${to}`, quantity: 1, unitPriceMinor };
  const invoice: Values = {
    customerId: values["customerId"] ?? null,
    shipmentId: entityId,
    currency: values["currency"] ?? null,
    status: "DRAFT",
    totalMinor: unitPriceMinor,
  };
  const made = toStoredTime(now);
  return {
    name: "invoice",
    mutations: [
      createMutation("Invoice", invoiceId, invoice, action("Invoice", "create"), made),
      createMutation(
        "InvoiceLine",
        id,
        { invoiceId, ...lineValues(line) },
        action("InvoiceLine", "create"),
        null,
      ),
    ],
    then: { entityType: "Invoice", entityId: invoiceId },
  };
}

function issuedOn(now: Date): Values {
  const today = new Date(Math.floor(now.getTime() / dayMs) * dayMs);
  return {
    issuedAt: toStoredTime(today),
    dueAt: toStoredTime(new Date(today.getTime() + payableDays * dayMs)),
  };
}
