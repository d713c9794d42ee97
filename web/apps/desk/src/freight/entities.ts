// What the desk knows of the freight company's tables: which fields a form shows and how. Only
// fields named here are written; the daemon checks every write against the real columns.

import type { Json, Values } from "@slipway/client";
import { number, text, temporaryNumber } from "./format";

export type FieldKind =
  | { kind: "text"; long?: boolean; form?: "email" | "country" }
  | { kind: "choice"; options: readonly string[]; optional?: boolean }
  | { kind: "port" }
  | { kind: "money" }
  | { kind: "count"; min?: number }
  | { kind: "weight" }
  | { kind: "date" }
  | { kind: "flag" }
  | { kind: "reference"; entityType: "Customer" | "Shipment" };

export interface Field {
  name: string;
  field: FieldKind;
  required?: boolean;
  initial?: Json;
  wide?: boolean;
}

export interface Section {
  title: SectionName;
  fields: Field[];
}

export type SectionName =
  "parties" | "route" | "cargo" | "money" | "schedule" | "notes" | "company" | "terms";
export type DeskEntity = "Shipment" | "Quote" | "Invoice" | "Customer";

export interface EntityDefinition {
  entityType: DeskEntity;
  route: string;
  numberPrefix: string;
  statuses: readonly string[];
  sections: Section[];
}

const currencies = ["EUR", "USD", "GBP", "CNY", "JPY", "CHF"] as const;
const modes = ["OCEAN", "AIR", "ROAD", "RAIL"] as const;
const incoterms = ["EXW", "FCA", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"] as const;

const customer: Field = {
  name: "customerId",
  field: { kind: "reference", entityType: "Customer" },
  required: true,
};
const shipment: Field = {
  name: "shipmentId",
  field: { kind: "reference", entityType: "Shipment" },
};
const currency: Field = {
  name: "currency",
  field: { kind: "choice", options: currencies },
  initial: "EUR",
};
const mode: Field = { name: "mode", field: { kind: "choice", options: modes }, initial: "OCEAN" };
const origin: Field = { name: "originPort", field: { kind: "port" }, required: true };
const destination: Field = { name: "destinationPort", field: { kind: "port" }, required: true };
const notes: Field = { name: "notes", field: { kind: "text", long: true }, wide: true };
const status = (options: readonly string[]): Field => ({
  name: "status",
  field: { kind: "choice", options },
  initial: "DRAFT",
});

const shipmentStatuses = ["DRAFT", "BOOKED", "IN_TRANSIT", "DELIVERED", "CANCELLED"] as const;
const quoteStatuses = ["DRAFT", "SENT", "ACCEPTED", "DECLINED", "EXPIRED"] as const;
const invoiceStatuses = ["DRAFT", "ISSUED", "PAID", "VOID"] as const;

export const entities: Record<DeskEntity, EntityDefinition> = {
  Shipment: {
    entityType: "Shipment",
    route: "shipments",
    numberPrefix: "SHP",
    statuses: shipmentStatuses,
    sections: [
      {
        title: "parties",
        fields: [
          customer,
          { name: "reference", field: { kind: "text" } },
          status(shipmentStatuses),
        ],
      },
      {
        title: "route",
        fields: [
          origin,
          destination,
          mode,
          { name: "incoterm", field: { kind: "choice", options: incoterms, optional: true } },
          { name: "departsAt", field: { kind: "date" } },
          { name: "arrivesAt", field: { kind: "date" } },
        ],
      },
      {
        title: "cargo",
        fields: [
          { name: "description", field: { kind: "text" }, wide: true },
          { name: "pieces", field: { kind: "count", min: 1 }, initial: 1 },
          { name: "grossWeightGrams", field: { kind: "weight" } },
          { name: "dangerousGoods", field: { kind: "flag" }, initial: false },
        ],
      },
      {
        title: "money",
        fields: [
          currency,
          { name: "goodsValueMinor", field: { kind: "money" }, initial: 0 },
          { name: "freightCostMinor", field: { kind: "money" }, initial: 0 },
        ],
      },
      { title: "notes", fields: [notes] },
    ],
  },
  Quote: {
    entityType: "Quote",
    route: "quotes",
    numberPrefix: "QUO",
    statuses: quoteStatuses,
    sections: [
      { title: "parties", fields: [customer, shipment, status(quoteStatuses)] },
      { title: "route", fields: [origin, destination, mode] },
      {
        title: "money",
        fields: [
          currency,
          { name: "amountMinor", field: { kind: "money" }, initial: 0 },
          { name: "validUntil", field: { kind: "date" } },
        ],
      },
      { title: "notes", fields: [notes] },
    ],
  },
  Invoice: {
    entityType: "Invoice",
    route: "invoices",
    numberPrefix: "INV",
    statuses: invoiceStatuses,
    sections: [
      { title: "parties", fields: [customer, shipment, status(invoiceStatuses)] },
      {
        title: "schedule",
        fields: [
          currency,
          { name: "issuedAt", field: { kind: "date" } },
          { name: "dueAt", field: { kind: "date" } },
        ],
      },
      { title: "notes", fields: [notes] },
    ],
  },
  Customer: {
    entityType: "Customer",
    route: "customers",
    numberPrefix: "CUS",
    statuses: [],
    sections: [
      {
        title: "company",
        fields: [
          { name: "name", field: { kind: "text" }, required: true },
          { name: "city", field: { kind: "text" } },
          { name: "country", field: { kind: "text", form: "country" }, required: true },
          { name: "email", field: { kind: "text", form: "email" } },
          { name: "vatNumber", field: { kind: "text" } },
        ],
      },
      {
        title: "terms",
        fields: [currency, { name: "creditLimitMinor", field: { kind: "money" }, initial: 0 }],
      },
    ],
  },
};

export const deskEntities: readonly DeskEntity[] = ["Shipment", "Quote", "Invoice", "Customer"];

export function definitionFor(entityType: string): EntityDefinition | null {
  return deskEntities.includes(entityType as DeskEntity)
    ? entities[entityType as DeskEntity]
    : null;
}

export function fieldsOf(definition: EntityDefinition): Field[] {
  return definition.sections.flatMap((section) => section.fields);
}

/** An empty form: the declared first values, everything else null. */
export function initialValues(definition: EntityDefinition): Values {
  const fields = fieldsOf(definition);
  return Object.fromEntries(fields.map((field) => [field.name, field.initial ?? null]));
}

/** The form's part of a row. */
export function formValues(definition: EntityDefinition, row: Values): Values {
  return Object.fromEntries(
    fieldsOf(definition).map((field) => {
      const value = row[field.name] ?? null;
      return [field.name, field.field.kind === "flag" ? Boolean(value) : value];
    }),
  );
}

/** The cloud's number, or a temporary one until there is one. */
export function numberOf(
  entityType: string,
  entityId: string,
  values: Values | null,
): { label: string; temporary: boolean } {
  const given = text(values?.["number"]);
  if (given !== "") return { label: given, temporary: false };
  const name = text(values?.[entityType === "InvoiceLine" ? "description" : "name"]);
  if (name !== "") return { label: name, temporary: false };
  const prefix = definitionFor(entityType)?.numberPrefix ?? entityType.slice(0, 3).toUpperCase();
  return { label: temporaryNumber(prefix, entityId), temporary: true };
}

export interface InvoiceLine {
  id: string;
  position: number;
  description: string;
  quantity: number;
  unitPriceMinor: number;
}

export function lineFromRow(entityId: string, values: Values): InvoiceLine {
  return {
    id: entityId,
    position: number(values["position"]),
    description: text(values["description"]),
    quantity: number(values["quantity"]),
    unitPriceMinor: number(values["unitPriceMinor"]),
  };
}

export function lineValues(line: InvoiceLine): Values {
  return {
    position: line.position,
    description: line.description,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
    amountMinor: line.quantity * line.unitPriceMinor,
  };
}

export function totalOf(lines: InvoiceLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
}
