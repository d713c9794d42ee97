import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { SyncBadge, SyncPanel } from "../src/index";
import { expectAccessible } from "./accessible";
import { change, type Desk, desk, show } from "./support";

let own: Desk;
beforeEach(() => {
  own = desk();
});

const mine = { status: "DELIVERED", pieces: 11 };
const theirs = { status: "CANCELLED", pieces: 9 };

async function decide(): Promise<HTMLElement> {
  show(
    own,
    <>
      <SyncBadge />
      <SyncPanel />
    </>,
  );
  await screen.findByText(/need/, { selector: ".sw-badge-words" });
  fireEvent.click(screen.getByRole("button", { name: /need/ }));
  fireEvent.click((await screen.findAllByRole("button", { name: "Decide" }))[0] as HTMLElement);
  return screen.findByRole("dialog", { name: /Two versions: / });
}
const send = () => screen.getByRole<HTMLButtonElement>("button", { name: "Send this" });
const sendNow = async () => {
  await waitFor(() => expect(send().disabled).toBe(false));
  fireEvent.click(send());
  fireEvent.click(await screen.findByRole("button", { name: "Send now" }));
};
const heading = () => screen.getByRole("heading", { name: /Two versions/ });
const lastEntry = () => own.state.entries.at(-1);

describe("a conflict about fields", () => {
  beforeEach(() => {
    own.state.park(change({ ...mine, notes: "Mine." }), theirs, "New York");
    const [entry] = own.state.entries;
    if (entry?.conflict) entry.conflict.fields = ["status", "pieces"];
  });

  it("shows who changed what, and only what differs", async () => {
    const dialog = await decide();
    await within(dialog).findByText(/New York changed the same before yours arrived/);
    const legends = [...dialog.querySelectorAll("legend")];
    expect(legends.map((legend) => legend.textContent)).toEqual(["Status", "Pieces"]);
    expect(within(dialog).getByRole("radio", { name: /Before DRAFT/ })).toBeTruthy();
    expect(within(dialog).getByRole("radio", { name: /Cloud CANCELLED/ })).toBeTruthy();
    expect(within(dialog).getByText("You changed 1 more field that nobody else did")).toBeTruthy();
    expect(send().disabled).toBe(true);
    await expectAccessible();
  });

  it("is decided field by field, shows the result, and sends exactly that", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("radio", { name: /Cloud CANCELLED/ }));
    await within(dialog).findByText("1 field is not decided yet");
    fireEvent.click(
      within(within(dialog).getByRole("group", { name: "Pieces" })).getByRole("radio", {
        name: "Other value",
      }),
    );
    fireEvent.change(within(dialog).getByRole("textbox", { name: "Another value for Pieces" }), {
      target: { value: "20" },
    });
    const results = [...dialog.querySelectorAll(".sw-result")].map((result) => result.textContent);
    expect(results).toEqual(["CANCELLED", "20"]);
    await sendNow();
    await waitFor(() => expect(own.state.entries).toHaveLength(2));
    expect(lastEntry()?.payload).toEqual({ pieces: 20, notes: "Mine." });
    expect(own.state.entries[0]?.status).toBe("DISCARDED");
  });

  it.each([
    ["Keep mine", { status: "DELIVERED", pieces: 11, notes: "Mine." }],
    ["Take theirs", { notes: "Mine." }],
  ])("%s is one press", async (name, payload) => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name }));
    expect(within(dialog).getByRole("button", { name }).getAttribute("aria-pressed")).toBe("true");
    await sendNow();
    await waitFor(() => expect(lastEntry()?.payload).toEqual(payload));
  });

  it("Merge takes the suggestions, and leaves the rest to the user", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name: "Merge" }));
    await within(dialog).findByText("1 field is not decided yet");
    fireEvent.click(within(dialog).getByRole("radio", { name: /Yours DELIVERED/ }));
    await sendNow();
    await waitFor(() =>
      expect(lastEntry()?.payload).toMatchObject({ pieces: 15, status: "DELIVERED" }),
    );
  });

  it("what is no value cannot be sent", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(send().disabled).toBe(false));
    const [, pieces] = within(dialog).getAllByRole("radio", { name: "Other value" });
    fireEvent.click(pieces as HTMLElement);
    const input = within(dialog).getByRole("textbox", { name: "Another value for Pieces" });
    fireEvent.change(input, { target: { value: "many" } });
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(send().disabled).toBe(true);
  });

  it("Ctrl+Enter sends, Escape leaves all as it is", async () => {
    const dialog = await decide();
    fireEvent.keyDown(heading(), { key: "Enter", ctrlKey: true }); // not decided: nothing happens
    expect(dialog.isConnected).toBe(true);
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(send().disabled).toBe(false));
    fireEvent.keyDown(heading(), { key: "Enter", ctrlKey: true });
    expect(dialog.isConnected).toBe(false);
    await screen.findByRole("button", { name: "Send now" });
  });

  it("is taken back within ten seconds, and then nothing has been sent", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(send().disabled).toBe(false));
    fireEvent.click(send());
    await screen.findByText(/Keep mine: goes out in \d+ s/);
    const [undo] = screen.getAllByRole("button", { name: "Undo" });
    fireEvent.click(undo as HTMLElement);
    await screen.findByText("Taken back. Nothing was sent.");
    expect(own.state.entries).toHaveLength(1);
    expect(own.fake.calls.filter((call) => /resolve$/.test(call))).toEqual([]);
    expect(await screen.findByRole("button", { name: "Decide" })).toBeTruthy();
  });

  it("is accessible while it may be taken back", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(send().disabled).toBe(false));
    fireEvent.click(send());
    await screen.findByText(/Keep mine: goes out in \d+ s/);
    await expectAccessible(); // which may take longer than that
  });

  it("that the cloud has changed once more is asked anew, on what it says now", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    const [entry] = own.state.entries;
    if (entry === undefined) throw new Error("there is no entry");
    own.state.moveOn(entry, { status: "IN_TRANSIT", pieces: 9, notes: "Call ahead." });
    await screen.findByText(/changed again while you were looking/);
    const renewed = screen.getByRole("dialog", { name: /Two versions/ });
    expect(within(renewed).getByRole("radio", { name: /Cloud IN_TRANSIT/ })).toBeTruthy();
    expect(send().disabled).toBe(true); // the earlier choice was about another version
  });

  it("a refusal of the service is shown before anything is sent", async () => {
    const dialog = await decide();
    const { fetch: answer } = own.fake;
    vi.spyOn(own.client, "resolve").mockImplementation((id, body) =>
      answer(`http://daemon.test/sync/queue/${id}/nonsense`, {
        method: "POST",
        body: JSON.stringify(body),
      }).then(() => Promise.reject(new Error("Shipments cannot be delivered twice"))),
    );
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await within(dialog).findByText(/cannot be delivered twice/);
    expect(send().disabled).toBe(true);
  });

  it("that was decided elsewhere meanwhile says so", async () => {
    const dialog = await decide();
    await own.client.discard(1);
    await screen.findByText(/decided elsewhere meanwhile/);
    expect(dialog.isConnected || screen.getByRole("dialog", { name: /Two versions/ })).toBeTruthy();
  });

  it("a decision that fails when its time has come says so, and the conflict is still there", async () => {
    const dialog = await decide();
    fireEvent.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(send().disabled).toBe(false));
    fireEvent.click(send());
    await screen.findByRole("button", { name: "Send now" });
    const [entry] = own.state.entries;
    if (entry === undefined) throw new Error("there is no entry");
    own.state.moveOn(entry, { status: "IN_TRANSIT", pieces: 9, notes: "" });
    fireEvent.click(screen.getByRole("button", { name: "Send now" }));
    await screen.findByText(/The cloud’s version has changed once more/);
    expect(entry.status).toBe("CONFLICT");
    await screen.findByRole("button", { name: "Decide" });
  });

  it("leads to the next one", async () => {
    own.state.park(change({ pieces: 1 }, "s2"), { pieces: 2 }, "Oslo");
    const dialog = await decide();
    await within(dialog).findByText("1 of 2");
    fireEvent.click(within(dialog).getByRole("button", { name: "Next conflict" }));
    await screen.findByText("2 of 2");
    await within(dialog).findByText(/New York changed the same/);
  });
});

describe("a conflict that is one choice", () => {
  it("of a deleted row: made again, or let go", async () => {
    own.state.park(change(mine), null, "New York");
    const dialog = await decide();
    await within(dialog).findByText(/New York deleted this record/);
    expect(within(dialog).getAllByRole("cell", { name: "deleted" })).toHaveLength(2);
    fireEvent.click(within(dialog).getByRole("radio", { name: /Make it again/ }));
    await within(dialog).findByText("Afterwards this computer shows:");
    await expectAccessible();
    fireEvent.click(within(dialog).getByRole("radio", { name: /Let it go/ }));
    await sendNow();
    await waitFor(() => expect(own.state.entries[0]?.status).toBe("DISCARDED"));
  });

  it("of a deletion: deleted anyway, or kept", async () => {
    const remove = {
      entityType: "Shipment",
      entityId: "s1",
      action: "DELETE_SHIPMENT",
      payload: {},
    };
    own.state.park(remove, { pieces: 9 }, "New York");
    const dialog = await decide();
    fireEvent.click(await within(dialog).findByRole("radio", { name: /Delete it anyway/ }));
    await sendNow();
    await waitFor(() => expect(own.fake.calls).toContain("POST /sync/queue/1/force"));
  });

  it.each(["reference-missing", "has-children"] as const)(
    "of what stands in the way (%s): tried again, or discarded",
    async (reason) => {
      const entry = own.state.park(change(mine), theirs, "New York");
      if (entry.conflict) entry.conflict.reason = reason;
      const dialog = await decide();
      fireEvent.click(await within(dialog).findByRole("radio", { name: /Try again/ }));
      await sendNow();
      await waitFor(() => expect(own.fake.calls).toContain("POST /sync/queue/1/retry"));
    },
  );

  it("of a group: leads to the mate that is to blame", async () => {
    const culprit = own.state.park(change(mine, "s2"), theirs, "New York");
    const entry = own.state.park(change({ pieces: 1 }), theirs, "New York");
    if (entry.conflict) entry.conflict.reason = "group";
    entry.culprit = culprit.id;
    const dialog = await decide();
    fireEvent.click(await within(dialog).findByRole("button", { name: /what stands in the way/ }));
    await screen.findByRole("dialog", { name: /S-1002/ });
  });
});
