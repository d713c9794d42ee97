// A small company, its daemon in memory, and a page around the components.

import { createSyncClient, type Mutation, type Values } from "@slipway/client";
import {
  createFakeFetch,
  createFakeState,
  type FakeFetch,
  type FakeState,
  tableOf,
} from "@slipway/testing";
import { render } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { vi } from "vitest";
import { SyncProvider } from "../src/index";
import type { Presentation } from "../src/index";

const at = "2026-11-22T09:00:00.000+00:00";

export function shipments(count: number): Values[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `s${i}`,
    number: `S-${1000 + i}`,
    status: "DRAFT",
    pieces: 4 + i,
    notes: "Call ahead.",
    dangerousGoods: false,
    updatedAt: at,
  }));
}

export interface Desk {
  state: FakeState;
  fake: FakeFetch;
  client: ReturnType<typeof createSyncClient>;
}

export function desk(): Desk {
  const state = createFakeState({
    tables: new Map([
      ["Shipment", tableOf(shipments(5))],
      ["Customer", tableOf([{ id: "c1", name: "Kirin", updatedAt: at }])],
    ]),
    settleAfterMs: null,
  });
  const fake = createFakeFetch(state);
  const client = createSyncClient({ url: "http://daemon.test", token: "t", fetch: fake.fetch });
  return { state, fake, client };
}

export function change(payload: Values, entityId = "s1"): Mutation {
  return { entityType: "Shipment", entityId, action: "UPDATE_SHIPMENT", payload };
}

interface Options {
  locale?: string;
  present?: Presentation;
}

/** In strict mode, as a careful app runs it. */
export function show({ client }: Desk, children: ReactNode, options: Options = {}) {
  return render(
    <StrictMode>
      <SyncProvider client={client} locale="en" {...options}>
        {children}
      </SyncProvider>
    </StrictMode>,
  );
}

/** Waits for what must come true; a busy machine is no failure. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 60_000 });
}
