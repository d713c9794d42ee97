// A small freight company, the same every time.

import type { Values } from "@slipway/client";

export const seedTime = "2026-11-22T09:00:00.000+00:00";
const day = (offset: number) =>
  new Date(Date.parse("2026-11-22T00:00:00Z") + offset * 86_400_000)
    .toISOString()
    .replace("Z", "+00:00");

const customers: [string, string, string][] = [
  ["Nordlicht Maschinenbau GmbH", "Hamburg", "DE"],
  ["Atlantic Coffee Traders", "New York", "US"],
  ["Polder Bloemen BV", "Rotterdam", "NL"],
  ["Kirin Components KK", "Tokyo", "JP"],
  ["Olivar del Sur SA", "Valencia", "ES"],
];
const lanes: [string, string][] = [
  ["DEHAM", "USNYC"],
  ["CNSHA", "DEHAM"],
  ["NLRTM", "SGSIN"],
  ["BRSSZ", "DEBRV"],
  ["JPTYO", "USLAX"],
  ["ESVLC", "VNSGN"],
];
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

export type Tables = Map<string, Map<string, Values>>;

export function seedTables(): Tables {
  const stamp = { createdAt: seedTime, updatedAt: seedTime };
  const table = (rows: Values[]) => new Map(rows.map((row) => [String(row["id"]), row]));
  const customerRows = customers.map(([name, city, country], i) => ({
    id: `cus_${i}`,
    name,
    city,
    country,
    email: i % 2 === 0 ? `office@customer-${i}.example` : null,
    vatNumber: null,
    creditLimitMinor: 5_000_000,
    currency: "EUR",
    ...stamp,
  }));
  const shipments = Array.from({ length: 43 }, (_, i): Values => {
    const [originPort, destinationPort] = pick(lanes, i);
    return {
      id: `shp_${String(1000 + i)}`,
      number: i < 3 ? null : `S-2026-${String(400 - i).padStart(5, "0")}`,
      reference: i % 3 === 0 ? `PO ${7700 + i}` : null,
      customerId: `cus_${i % customers.length}`,
      mode: pick(["OCEAN", "AIR", "OCEAN", "RAIL"], i),
      incoterm: pick(["FOB", "CIF", null], i),
      originPort,
      destinationPort,
      status: pick(["DRAFT", "BOOKED", "IN_TRANSIT", "DELIVERED", "BOOKED", "CANCELLED"], i),
      description: pick(["Machine parts", "Green coffee, bags", "Cut flowers"], i),
      pieces: 4 + i,
      grossWeightGrams: 1_250_000 + i * 93_400,
      dangerousGoods: i % 7 === 0,
      goodsValueMinor: 4_500_000 + i * 120_000,
      freightCostMinor: 184_050 + i * 7_310,
      currency: pick(["EUR", "USD", "EUR"], i),
      departsAt: i % 4 === 0 ? null : day(i),
      arrivesAt: i % 4 === 0 ? null : day(i + 24),
      notes: null,
      ...stamp,
    };
  });
  const quotes = Array.from({ length: 12 }, (_, i): Values => {
    const [originPort, destinationPort] = pick(lanes, i + 2);
    return {
      id: `quo_${i}`,
      number: `Q-${8100 + i}`,
      customerId: `cus_${(i + 1) % customers.length}`,
      shipmentId: null,
      mode: "OCEAN",
      originPort,
      destinationPort,
      status: pick(["DRAFT", "SENT", "ACCEPTED", "DECLINED", "EXPIRED"], i),
      amountMinor: 239_900 + i * 55_000,
      currency: "EUR",
      validUntil: day(14 + i),
      notes: null,
      ...stamp,
    };
  });
  const invoice: Values = {
    id: "inv_1",
    number: "R-2026-0771",
    customerId: "cus_0",
    shipmentId: "shp_1003",
    status: "ISSUED",
    totalMinor: 214_050,
    currency: "EUR",
    issuedAt: day(-3),
    dueAt: day(27),
    notes: null,
    ...stamp,
  };
  const line = (id: string, position: number, description: string, unitPriceMinor: number) => ({
    id,
    invoiceId: "inv_1",
    position,
    description,
    quantity: 1,
    unitPriceMinor,
    amountMinor: unitPriceMinor,
  });
  return new Map([
    ["Customer", table(customerRows)],
    ["Shipment", table(shipments)],
    ["Quote", table(quotes)],
    ["Invoice", table([invoice])],
    [
      "InvoiceLine",
      table([line("lin_1", 1, "Ocean freight", 184_050), line("lin_2", 2, "Customs", 30_000)]),
    ],
  ]);
}
