// A morning at the desk, as the screens do it: each step says in a line how it went.

import { explain } from "./api";
import {
  addCustomer,
  attach,
  book,
  cancel,
  type Customer,
  deliver,
  findCustomer,
  priceOf,
  save,
  type Shipment,
  shipmentsOf,
} from "./shipments";

export async function morning(): Promise<string[]> {
  const lines: string[] = [];
  const step = async <T>(what: string, run: () => Promise<T>): Promise<T | undefined> => {
    try {
      const result = await run();
      lines.push(`${what}: done`);
      return result;
    } catch (error) {
      lines.push(`${what}: ${explain(error)}`);
      return undefined;
    }
  };
  const customer = await step("Find or add the customer", customerOf);
  if (customer === undefined) return lines;
  const route = { customerId: customer.id, originPort: "DEHAM", destinationPort: "USNYC" };
  const first = await step("Book a shipment", () => book({ ...route, reference: "PO 1" }));
  const second = await step("Book another", () => book({ ...route, reference: "PO 2" }));
  if (first === undefined || second === undefined) return lines;
  await step("Correct its pieces", () => save({ ...first, pieces: 12 }));
  await step("Deliver it", () => deliver(first.id));
  await step("Cancel the other", () => cancel(second.id));
  await step("Attach its papers", () => attach(first.id, "papers.txt", new Blob(["signed"])));
  await step("Ask for a price", () => priceOf("DEHAM", "USNYC"));
  const { items, total } = await shipmentsOf(customer.id);
  return [...lines, `${total} shipment: ${items.map(inWords).join(", ")}`];
}

async function customerOf(): Promise<Customer> {
  return (await findCustomer("Elbe")) ?? addCustomer({ name: "Elbe Logistik", country: "DE" });
}

function inWords({ reference, status, pieces }: Shipment): string {
  return `${reference ?? "?"} ${status}, ${pieces} pieces`;
}
