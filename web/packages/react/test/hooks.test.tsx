import type { SyncProblem, Values } from "@slipway/client";
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import {
  ActionButton,
  useCapabilities,
  useCapability,
  useConflicts,
  useEntities,
  useEntity,
  useMutation,
  useQueue,
  useSyncStatus,
} from "../src/index";
import { change, type Desk, desk, show } from "./support";

let own: Desk;
beforeEach(() => {
  own = desk();
});

interface Shipment extends Values {
  number: string;
  status: string;
}

function Status() {
  const { state, pending, needsYou, isOffline } = useSyncStatus();
  return <p>{`${state} ${pending} ${needsYou} ${isOffline}`}</p>;
}

function List() {
  const { rows, total, loading } = useEntities<Shipment>("Shipment", {
    where: { status: "BOOKED" },
  });
  if (loading) return <p>loading</p>;
  return (
    <p>{`${total}: ${rows.map((row) => `${row.values.number} ${row.sync.state}`).join(", ")}`}</p>
  );
}

describe("useSyncStatus", () => {
  it("follows the service", async () => {
    show(own, <Status />);
    await screen.findByText("synced 0 0 false");
    own.state.enqueue([change({ pieces: 1 })], false);
    await screen.findByText("syncing 1 0 false");
    own.state.setFlags({ simulateOffline: true });
    await screen.findByText("offline 1 0 true");
    own.state.park(change({ pieces: 2 }), { pieces: 3 }, "New York");
    own.state.setFlags({ simulateOffline: false });
    await screen.findByText("needs-you 1 1 false");
    own.fake.stop();
    await screen.findByText("service-lost 1 1 false");
  });
});

describe("useEntities", () => {
  it("shows rows of a kind, and their change and state at once", async () => {
    show(own, <List />);
    await screen.findByText("0:");
    own.state.enqueue([change({ status: "BOOKED" })], false);
    await screen.findByText("1: S-1001 waiting");
    own.state.settle();
    await screen.findByText("1: S-1001 synced");
  });
});

describe("useEntity", () => {
  function One({ id }: { id: string }) {
    const { row, missing, problem } = useEntity<Shipment>("Shipment", id);
    return <p>{missing ? "missing" : problem ? "failed" : (row?.values.status ?? "loading")}</p>;
  }
  it("knows a row that is gone from a question that failed", async () => {
    show(own, <One id="s1" />);
    await screen.findByText("DRAFT");
    own.state.enqueue(
      [{ entityType: "Shipment", entityId: "s1", action: "DELETE_SHIPMENT", payload: {} }],
      false,
    );
    await screen.findByText("missing");
  });
});

describe("useQueue and useConflicts", () => {
  function Counts() {
    const open = useQueue({ filter: "open" });
    const conflicts = useConflicts();
    return <p>{`${open.total} open, ${conflicts.total} conflicts`}</p>;
  }
  it("stay live", async () => {
    show(own, <Counts />);
    await screen.findByText("0 open, 0 conflicts");
    own.state.park(change({ pieces: 1 }), { pieces: 2 }, "New York");
    own.state.enqueue([change({ pieces: 3 }, "s2")], false);
    await screen.findByText("2 open, 1 conflicts");
  });
});

describe("useMutation", () => {
  let mutations: ReturnType<typeof useMutation>;
  function Form() {
    mutations = useMutation("Shipment");
    const known = useCapabilities() === null ? "knows nothing yet" : "knows what can be done";
    return (
      <>
        <p>{mutations.busy ? "saving" : (mutations.problem?.message ?? "fine")}</p>
        <p>{known}</p>
      </>
    );
  }

  it("writes, and says what went wrong", async () => {
    show(own, <Form />);
    await waitFor(() => expect(own.fake.calls).toContain("GET /sync/capabilities"));
    await screen.findByText("fine");
    await screen.findByText("knows what can be done");
    await act(async () => {
      await mutations.create({ id: "s9", number: "S-9" });
      await mutations.update("s9", { status: "BOOKED" }, { action: "UPDATE_SHIPMENT" });
      await mutations.remove("s9");
    });
    const written = own.state.entries.map(({ action, payload }) => [action, Object.keys(payload)]);
    expect(written).toEqual([
      ["CREATE_SHIPMENT", ["id", "number", "updatedAt"]],
      ["UPDATE_SHIPMENT", ["status"]],
      ["DELETE_SHIPMENT", []],
    ]);
    const refused = act(async () => {
      await mutations.update("s1", { colour: "red" }).catch((problem: SyncProblem) => {
        expect(problem.slug).toBe("unknown-field");
      });
    });
    await refused;
    await screen.findByText(/no field “colour”/);
    act(() => mutations.reset());
    await screen.findByText("fine");
  });

  it("repeats a write that failed under the same key, and the next write under another", async () => {
    const keys: (string | null)[] = [];
    let failing = true;
    const { fetch: answer } = own.fake;
    own.client = (await import("@slipway/client")).createSyncClient({
      url: "http://daemon.test",
      token: "t",
      fetch: (input, init) => {
        if (init?.method !== "POST") return answer(input, init);
        keys.push(new Headers(init.headers).get("idempotency-key"));
        const full = { type: "https://slipway.dev/problems/disk-full", title: "Full", status: 507 };
        return failing
          ? Promise.resolve(Response.json(full, { status: 507 }))
          : answer(input, init);
      },
    });
    show(own, <Form />);
    await screen.findByText("fine");
    const save = () =>
      act(() =>
        mutations.update("s1", { pieces: 9 }).then(
          () => "ok",
          () => "failed",
        ),
      );
    expect(await save()).toBe("failed");
    failing = false;
    expect(await save()).toBe("ok");
    expect(await save()).toBe("ok");
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });
});

describe("useCapability and ActionButton", () => {
  function Actions() {
    const own = useCapability("UPDATE_SHIPMENT", "Shipment");
    return (
      <>
        <p>{`${own.allowed} ${own.queues}`}</p>
        <ActionButton action="UPLOAD_DOCUMENT" onClick={() => uploads.push("now")}>
          Upload
        </ActionButton>
      </>
    );
  }
  const uploads: string[] = [];

  it("what needs the cloud stays visible, says why it is not possible, and comes back", async () => {
    show(own, <Actions />);
    await screen.findByText("true false");
    const button = screen.getByRole("button", { name: "Upload" });
    await waitFor(() => expect(button.getAttribute("aria-disabled")).toBe("false"));
    fireEvent.click(button);
    expect(uploads).toEqual(["now"]);
    own.state.setFlags({ simulateOffline: true });
    await screen.findByText("true true");
    await waitFor(() => expect(button.getAttribute("aria-disabled")).toBe("true"));
    const reason = document.getElementById(button.getAttribute("aria-describedby") ?? "");
    expect(reason?.textContent).toMatch(/needs the cloud/);
    fireEvent.click(button);
    expect(uploads).toEqual(["now"]);
    own.state.setFlags({ simulateOffline: false });
    await waitFor(() => expect(button.getAttribute("aria-disabled")).toBe("false"));
  });
});
