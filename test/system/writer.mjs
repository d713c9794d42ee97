// A person at a desk, in a hurry: creates, updates of the same rows, groups and deletes, each with
// a value that no other write has, and each repeated under its Idempotency-Key until it is answered.

import { randomUUID } from "node:crypto";
import { actionOf, pause, until } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const shipmentsMax = 40; // alive at once: few enough that the same rows are written again and again

export class Writer {
  #count = 0;
  #shipments = [];
  #gone = [];
  #invoices = [];
  /** Compact entries, in the order in which they were accepted. */
  accepted = [];
  /** What each row must be in the end; null: deleted. */
  model = new Map();
  requests = 0;
  repeats = 0;
  /** Answers after which it waits and tries again; how often each was met. */
  refusals = { 503: 0 };

  constructor(desk, random) {
    this.desk = desk;
    this.random = random;
  }

  async begin() {
    const payload = { name: "Nordlicht GmbH", country: "DE", updatedAt };
    await this.#send([mutation("CREATE", "Customer", "c1", payload)]);
  }

  async writeSome(count) {
    for (let i = 0; i < count; i += 1) {
      await pause(this.random.below(25)); // spread over the fault, not all before it
      await this.#writeOne();
    }
  }

  #writeOne() {
    const dice = this.random.below(100);
    const shipments = this.#shipments;
    if (shipments.length < 3 || (dice < 25 && shipments.length < shipmentsMax))
      return this.#create();
    if (dice < 75) return this.#update(this.random.pick(shipments));
    if (dice < 83) return this.#deleteShipment(this.random.below(shipments.length));
    if (dice < 87 && this.#gone.length > 0) return this.#createAgain();
    if (dice < 92 && this.#invoices.length > 0) return this.#deleteInvoice();
    return this.#invoice();
  }

  #unique = () => `write ${(this.#count += 1)}`;

  #shipment = () => ({
    customerId: "c1",
    originPort: "DEHAM",
    destinationPort: "USNYC",
    notes: this.#unique(),
    updatedAt,
  });

  #create() {
    const id = `s${(this.#count += 1)}`;
    this.#shipments.push(id);
    return this.#send([mutation("CREATE", "Shipment", id, this.#shipment())]);
  }

  #createAgain() {
    const [id] = this.#gone.splice(this.random.below(this.#gone.length), 1);
    this.#shipments.push(id);
    return this.#send([mutation("CREATE", "Shipment", id, this.#shipment())]);
  }

  #update(id) {
    const payload = this.random.pick([
      { notes: this.#unique() },
      { description: this.#unique(), pieces: (this.#count += 1) },
      { reference: this.#unique(), notes: this.#unique() },
    ]);
    return this.#send([mutation("UPDATE", "Shipment", id, payload)]);
  }

  #deleteShipment(index) {
    const [id] = this.#shipments.splice(index, 1);
    this.#gone.push(id);
    return this.#send([mutation("DELETE", "Shipment", id, {})]);
  }

  #invoice() {
    const id = `i${(this.#count += 1)}`;
    const lines = Array.from({ length: 1 + this.random.below(3) }, (_, i) => `${id}-${i}`);
    this.#invoices.push({ id, lines });
    const head = { customerId: "c1", notes: this.#unique(), updatedAt };
    const line = (lineId, position) =>
      mutation("CREATE", "InvoiceLine", lineId, {
        invoiceId: id,
        position,
        description: this.#unique(),
        amountMinor: (this.#count += 1),
      });
    return this.#send([mutation("CREATE", "Invoice", id, head), ...lines.map(line)]);
  }

  // Its lines go with it.
  #deleteInvoice() {
    const index = this.random.below(this.#invoices.length);
    const [{ id, lines }] = this.#invoices.splice(index, 1);
    for (const line of lines) this.model.set(`InvoiceLine/${line}`, null);
    return this.#send([mutation("DELETE", "Invoice", id, {})]);
  }

  async #send(mutations) {
    const body = mutations.length === 1 ? mutations[0] : { mutations };
    const headers = { "idempotency-key": randomUUID() };
    this.requests += 1;
    let tries = 0;
    const answer = await until("an accepted write", async () => {
      tries += 1;
      const answer = await this.desk.request("/sync/enqueue", { method: "POST", body, headers });
      if (answer.status in this.refusals) {
        this.refusals[answer.status] += 1;
        this.refusal = answer.json;
        return false;
      }
      if (answer.status !== 202) {
        const text = `${JSON.stringify(body)}: ${answer.status} ${answer.text}`;
        throw Object.assign(new Error(text), { code: "ERR_ASSERTION" });
      }
      return answer.json;
    });
    this.repeats += tries - 1;
    this.accepted.push(...(answer.entries ?? [answer]));
    for (const { action, entityType, entityId, payload } of mutations) {
      const key = `${entityType}/${entityId}`;
      if (action.startsWith("DELETE")) this.model.set(key, null);
      else if (action.startsWith("CREATE")) this.model.set(key, payload);
      else this.model.set(key, { ...this.model.get(key), ...payload });
    }
  }
}

function mutation(op, entityType, entityId, payload) {
  return { entityType, entityId, action: actionOf(op, entityType), payload };
}
