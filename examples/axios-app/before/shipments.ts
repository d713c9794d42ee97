// What the app does with shipments and customers.

import { api } from "./api";

export interface Customer {
  id: string;
  name: string;
  country: string;
}

export interface Shipment {
  id: string;
  customerId: string;
  reference: string | null;
  originPort: string;
  destinationPort: string;
  status: string;
  pieces: number;
}

export interface Page<T> {
  items: T[];
  total: number;
}

export async function findCustomer(name: string): Promise<Customer | undefined> {
  const { data } = await api.get<Customer[]>("/customers", { params: { q: name } });
  return data[0];
}

export async function addCustomer(customer: Omit<Customer, "id">): Promise<Customer> {
  return (await api.post<Customer>("/customers", customer)).data;
}

export async function shipmentsOf(customerId: string, page = 1): Promise<Page<Shipment>> {
  const params = { customerId, page, perPage: 10 };
  return (await api.get<Page<Shipment>>("/shipments", { params })).data;
}

export async function book(shipment: Partial<Shipment>): Promise<Shipment> {
  return (await api.post<Shipment>("/shipments", { ...shipment, status: "BOOKED" })).data;
}

/** The whole object goes back, as the form has it. */
export async function save(shipment: Shipment): Promise<Shipment> {
  return (await api.put<Shipment>(`/shipments/${shipment.id}`, shipment)).data;
}

export async function deliver(id: string): Promise<Shipment> {
  return (await api.post<Shipment>(`/shipments/${id}/deliver`)).data;
}

export async function cancel(id: string): Promise<void> {
  await api.delete(`/shipments/${id}`);
}

export async function attach(id: string, name: string, content: Blob): Promise<void> {
  const form = new FormData();
  form.append("file", content, name);
  await api.post(`/shipments/${id}/documents`, form);
}

/** Today's price of a container, in cents. */
export async function priceOf(from: string, to: string): Promise<number> {
  return (await api.get<{ cents: number }>("/prices", { params: { from, to } })).data.cents;
}
