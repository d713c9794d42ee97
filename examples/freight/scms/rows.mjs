// The SCMS delivery history (a public csv of real freight, as dirty as real data is) as mutations
// for the freight example. README.md has the mapping. Pure: text in, mutations out.

import { records } from "./csv.mjs";
import { destinations, originPort } from "./ports.mjs";

/**
 * @typedef {object} Mutation
 * @property {"Customer" | "Shipment"} entityType
 * @property {string} entityId
 * @property {string} action
 * @property {Record<string, unknown>} payload
 */

const modes = { Air: "AIR", "Air Charter": "AIR", Ocean: "OCEAN", Truck: "ROAD" };
const incoterms = ["EXW", "FCA", "CIP", "CIF", "DAP", "DDP", "DDU"];
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const prismaIntMax = 2 ** 31 - 1;

/**
 * Every line gives one Shipment, after the Customer that it is the first to name.
 * @param {string} csvText with its heading line
 * @returns {Mutation[]}
 */
export function rows(csvText) {
  const mutations = [];
  const customers = new Set();
  let heading = null;
  for (const { cells, raw } of records(csvText)) {
    if (heading === null) {
      heading = cells.map((cell) => cell.trim().toLowerCase());
      continue;
    }
    const line = Object.fromEntries(heading.map((name, i) => [name, (cells[i] ?? "").trim()]));
    const customer = customerOf(line);
    if (!customers.has(customer.entityId)) mutations.push(customer);
    customers.add(customer.entityId);
    mutations.push(shipmentOf(line, raw, customer.entityId));
  }
  return mutations;
}

// Who the freight is for: a project, which is always in one country.
function customerOf(line) {
  const at = recordedAt(line);
  return {
    entityType: "Customer",
    entityId: `scms-${line["project code"].toLowerCase() || "unknown"}`,
    action: "CREATE_CUSTOMER",
    payload: {
      name: `Project ${line["project code"]}, ${line.country}`,
      country: destinations[line.country]?.country ?? "ZZ", // ISO 3166-1: "unknown"
      currency: "USD",
      createdAt: at,
      updatedAt: at,
    },
  };
}

function shipmentOf(line, raw, customerId) {
  /** @type {Record<string, string>} cells that are there and are not what their column says */
  const unread = {};
  const read = (column, parse) => {
    const value = parse(line[column] ?? "");
    if (value === null && line[column]) unread[column] = line[column];
    return value;
  };
  const at = recordedAt(line);
  const delivered = read("delivered to client date", date);
  const ordered = read("po sent to vendor date", date);
  const quoted = read("pq first sent to client date", date);
  return {
    entityType: "Shipment",
    entityId: `scms-${line.id}`,
    action: "CREATE_SHIPMENT",
    payload: {
      reference: line["asn/dn #"] || null,
      customerId,
      mode: read("shipment mode", (text) => modes[text] ?? null) ?? "AIR",
      incoterm: read("vendor inco term", (text) => (incoterms.includes(text) ? text : null)),
      originPort: originPort(line["manufacturing site"] ?? ""),
      destinationPort: destinations[line.country]?.port ?? "ZZZZZ",
      status: "DELIVERED",
      description: line["item description"] || null,
      pieces: read("line item quantity", (text) => scaled(text, 1)) ?? 1,
      grossWeightGrams: read("weight (kilograms)", (text) => scaled(text, 1000)),
      goodsValueMinor: read("line item value", (text) => scaled(text, 100)) ?? 0,
      freightCostMinor: read("freight cost (usd)", (text) => scaled(text, 100)) ?? 0,
      currency: "USD",
      departsAt: ordered ?? quoted,
      arrivesAt: delivered ?? read("scheduled delivery date", date),
      details: { source: "scms", line: raw, unread },
      createdAt: at,
      updatedAt: at,
    },
  };
}

function recordedAt(line) {
  return date(line["delivery recorded date"] ?? "") ?? "1970-01-01T00:00:00.000+00:00";
}

/**
 * "4521.5" times 100 is 452150, in decimal digits, with no binary rounding; digits beyond the unit
 * are cut. null where the text is no plain number or the result is beyond a Prisma Int.
 * @param {string} text
 * @param {1 | 100 | 1000} factor
 */
export function scaled(text, factor) {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return null;
  const places = String(factor).length - 1;
  const value = Number(match[1] + (match[2] ?? "").padEnd(places, "0").slice(0, places));
  return value <= prismaIntMax ? value : null;
}

/**
 * The data's formats: "2-Jun-06", "7/25/2012" (month first, years of two digits too) and words
 * ("Date Not Captured"), which give null. Days that no calendar has give null.
 * @param {string} text
 */
export function date(text) {
  const named = /^(\d{1,2})-([A-Za-z]{3})-(\d{2}|\d{4})$/.exec(text);
  if (named) return day(named[3], months.indexOf(named[2].toLowerCase()) + 1, named[1]);
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text);
  return slashed ? day(slashed[3], Number(slashed[1]), slashed[2]) : null;
}

function day(yearText, month, dayText) {
  const year = Number(yearText) + (yearText.length === 2 ? 2000 : 0);
  const at = new Date(Date.UTC(year, month - 1, Number(dayText)));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== Number(dayText)) return null;
  return at.toISOString().replace("Z", "+00:00");
}
