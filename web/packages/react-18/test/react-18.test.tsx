// Badge, panel and workbench over React 18, in strict mode: drawn, used, and without a warning.

import { createSyncClient } from "@slipway/client";
import { SyncBadge, SyncPanel, SyncProvider } from "@slipway/react";
import { createFakeFetch, createFakeState, tableOf } from "@slipway/testing";
import { act, StrictMode, version } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";

Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 640 },
  offsetWidth: { configurable: true, get: () => 480 },
  clientHeight: { configurable: true, get: () => 640 },
});
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = () => undefined;

it("a conflict is decided", async () => {
  expect(version).toMatch(/^18\./);
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const complaints = vi.spyOn(console, "error");
  const state = createFakeState({
    tables: new Map([["Shipment", tableOf([{ id: "s1", number: "S-1", pieces: 4 }])]]),
    settleAfterMs: null,
  });
  const mine = { entityType: "Shipment", entityId: "s1", action: "UPDATE_SHIPMENT" };
  state.park({ ...mine, payload: { pieces: 11 } }, { pieces: 9 }, "New York");
  const { fetch } = createFakeFetch(state);
  const client = createSyncClient({ url: "http://daemon.test", token: "t", fetch });
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  await act(() =>
    root.render(
      <StrictMode>
        <SyncProvider client={client} locale="en">
          <SyncBadge />
          <SyncPanel />
        </SyncProvider>
      </StrictMode>,
    ),
  );
  const press = async (words: string) => {
    const find = () =>
      [...document.querySelectorAll("button")].find(
        (button) => button.textContent?.trim() === words && !button.disabled,
      );
    await vi.waitFor(async () => {
      await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
      expect(find(), words).toBeDefined();
    }, 60_000);
    await act(() => find()?.click());
  };
  await press("1 needs you");
  await press("Decide");
  await press("Keep mine");
  await press("Send this");
  await press("Send now");
  await vi.waitFor(() => expect(state.entries.at(-1)?.payload).toEqual({ pieces: 11 }), 60_000);
  expect(state.entries).toHaveLength(2);
  await act(() => root.unmount());
  const real = complaints.mock.calls.filter(([text]) => !String(text).includes("act(")); // clocks tick
  expect(real).toEqual([]);
});
