import type { Entry } from "@slipway/client";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { OfflineBanner, OfflineSwitch, SyncBadge, SyncPanel } from "../src/index";
import { expectAccessible } from "./accessible";
import { change, type Desk, desk, show } from "./support";

let own: Desk;
beforeEach(() => {
  own = desk();
});

const openPanel = async (options: Parameters<typeof show>[2] = {}) => {
  show(
    own,
    <>
      <SyncBadge />
      <OfflineBanner needsCloud={["uploading documents"]} />
      <OfflineSwitch />
      <SyncPanel />
    </>,
    options,
  );
  await waitFor(() => expect(own.fake.calls).toContain("GET /sync/capabilities"));
  fireEvent.click(badge());
  return screen.findByRole("dialog", { name: /Sync|Abgleich/ });
};
const badge = () => {
  const found = document.querySelector<HTMLElement>(".sw-badge");
  if (found === null) throw new Error("there is no badge");
  return found;
};
const rows = () =>
  [...document.querySelectorAll<HTMLElement>(".sw-row h4")].map((h) => h.textContent);
/** Their names come after them, each row being read by itself. */
const rowsAre = (...numbers: string[]) =>
  waitFor(() => expect(rows()).toEqual(numbers.map((number) => `Shipment ${number} changed`)));
const section = (name: string) => screen.getByRole("region", { name });

function busyDesk() {
  own.state.push(change({ pieces: 1 }, "s0"), { status: "SUCCESS", why: null, attempts: 1 });
  own.state.push(change({ pieces: 2 }, "s2"), {
    attempts: 3,
    why: { code: "backoff", text: "busy", behind: null, root: null, nextAttemptInMs: 40_000 },
  });
  own.state.push(change({ pieces: 3 }, "s3"), {
    status: "ERROR",
    errorMessage: "s3 may not have 3 pieces",
    why: { code: "error", text: "refused", behind: null, root: null, nextAttemptInMs: null },
  });
  own.state.park(change({ pieces: 4 }), { pieces: 5 }, "New York");
}

describe("what the service says itself", () => {
  const refused = (part: Partial<Entry>) =>
    own.state.push(change({ pieces: 3 }), {
      status: "ERROR",
      why: { code: "error", text: "refused", behind: null, root: null, nextAttemptInMs: null },
      ...part,
    });
  const receipt = { id: "r", seq: 4, verdict: "rejected" as const };

  it("is said in the page's language, by its codes", async () => {
    own.state.setStatus({ connection: "busy", reason: "The cloud is down for maintenance" });
    refused({ errorMessage: "Another copy …", receipt: { ...receipt, reason: "key-reused" } });
    refused({ errorMessage: "Judged …", receipt: { ...receipt, verdict: "expired" } });
    const panel = await openPanel({ locale: "de" });
    const reason = "Die Cloud ist ausgelastet oder gestört; es wird weiter versucht.";
    await waitFor(() => expect(panel.textContent).toContain(reason));
    expect(screen.getByRole("tooltip").textContent).toContain(reason);
    await within(panel).findByText(/hat die Nummer dieses Eintrags verwendet/);
    await within(panel).findByText(/vor langer Zeit beurteilt/);
    expect(panel.querySelector('[lang="en"]')).toBeNull();
  });

  it("where there is no code, as it said it, and marked as English", async () => {
    refused({ errorMessage: "pieces must be at least 1", receipt });
    const panel = await openPanel({ locale: "de" });
    const words = await within(panel).findByText("pieces must be at least 1");
    expect(words.getAttribute("lang")).toBe("en");
  });

  it("stays as it said it on an English page", async () => {
    own.state.setStatus({ connection: "busy", reason: "Down for maintenance until 10:00" });
    const panel = await openPanel();
    await within(panel).findByText("Down for maintenance until 10:00");
  });
});

describe("an entry", () => {
  const details = async (title: string) => {
    fireEvent.click(await screen.findByRole("button", { name: new RegExp(title) }));
    return screen.findByRole("region", { name: "Details" });
  };

  it("shows the number that the cloud gave the new row", async () => {
    const assigned = { number: "S-2026-00777" };
    own.state.push(change({ pieces: 1 }, "s2"), {
      status: "SUCCESS",
      why: null,
      receipt: { id: "r", seq: 4, verdict: "applied", assigned },
    });
    await openPanel();
    const shown = await details("S-1002");
    const given = await within(shown).findByRole("heading", { name: "Given by the cloud" });
    expect(given.parentElement?.textContent).toContain("S-2026-00777");
  });

  it.each([
    ["It took effect", true],
    ["It did not", false],
  ])("whose outcome nobody knows takes a person's word: %s", async (words, happened) => {
    own.state.push(change({ pieces: 3 }, "s2"), {
      status: "ERROR",
      errorMessage: "Whether it took effect is not known.",
      receipt: { id: "r", seq: 4, verdict: "rejected", reason: "outcome-unknown" },
      why: { code: "error", text: "unknown", behind: null, root: null, nextAttemptInMs: null },
    });
    await openPanel();
    const shown = await details("S-1002");
    fireEvent.click(await within(shown).findByRole("button", { name: words }));
    await screen.findByText("Noted");
    expect(own.state.entries[0]?.status).toBe(happened ? "SUCCESS" : "DISCARDED");
    await waitFor(() => expect(screen.queryByRole("button", { name: words })).toBeNull());
  });

  it("that made a row for which others wait asks which id that has", async () => {
    const [created] = own.state.enqueue(
      [
        { ...change({ number: "S-9", pieces: 3 }, "s9"), action: "CREATE_SHIPMENT" },
        change({ pieces: 4 }, "s9"),
      ],
      false,
    );
    Object.assign(created ?? {}, {
      status: "ERROR",
      receipt: { id: "r", seq: 4, verdict: "rejected", reason: "outcome-unknown" },
      why: { code: "error", text: "unknown", behind: null, root: null, nextAttemptInMs: null },
    });
    await openPanel();
    const shown = await details("S-9 (created|new)");
    fireEvent.click(await within(shown).findByRole("button", { name: "It took effect" }));
    const question = await screen.findByRole("dialog", { name: "Which id does it have there?" });
    await expectAccessible();
    const confirm = within(question).getByRole("button", { name: "It took effect" });
    expect(confirm).toHaveProperty("disabled", true);
    fireEvent.change(within(question).getByLabelText("Its id there"), { target: { value: "101" } });
    fireEvent.click(confirm);
    await screen.findByText("Noted");
    expect(own.state.entries[0]?.status).toBe("SUCCESS");
  });
});

describe("the panel", () => {
  it("opens from the badge, takes the focus, closes with Escape and gives it back", async () => {
    const panel = await openPanel();
    expect(document.activeElement).toBe(within(panel).getByRole("heading", { name: "Sync" }));
    expect(badge().getAttribute("aria-expanded")).toBe("true");
    fireEvent.keyDown(panel, { key: "Escape" });
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(badge());
  });

  it("shows what needs the user, what waits and why, and what was done", async () => {
    busyDesk();
    await openPanel();
    await rowsAre("S-1001", "S-1003", "S-1002", "S-1000");
    expect(section("Needs you").textContent).toMatch(/Changed elsewhere too: you decide · Pieces/);
    expect(section("Needs you").textContent).toMatch(/s3 may not have 3 pieces/);
    expect(section("Waiting").textContent).toMatch(/Tried again soon, next try in \d+ s/);
    expect(section("Recent").textContent).toMatch(/Synced · Pieces/);
    await expectAccessible();
  });

  it("says that all is well where nothing waits", async () => {
    await openPanel();
    await screen.findByText("Nothing waits. Everything you saved has reached the cloud.");
    expect(screen.queryByRole("region", { name: "Needs you" })).toBeNull();
  });

  it("stays live", async () => {
    await openPanel();
    own.state.enqueue([change({ pieces: 9 })], false);
    await waitFor(() => expect(section("Waiting").textContent).toMatch(/Goes out next/));
    own.state.settle();
    await waitFor(() => expect(section("Recent").textContent).toMatch(/Shipment S-1001 changed/));
  });

  it("is narrowed by section, kind and text", async () => {
    busyDesk();
    await openPanel();
    await screen.findByText(/next try/);
    fireEvent.click(screen.getByRole("radio", { name: /^Waiting/ }));
    await rowsAre("S-1002");
    fireEvent.click(screen.getByRole("radio", { name: "All" }));
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "may not have" } });
    await rowsAre("S-1003");
    fireEvent.change(screen.getByRole("combobox"), { target: { value: "Customer" } });
    await screen.findAllByText("Nothing matches.");
  });

  it("draws and reads only what is seen of 100,000 entries", async () => {
    own.state.setFlags({ paused: true });
    for (let i = 0; i < 100_000; i++) own.state.push(change({ pieces: i }, `s${i % 5}`), {});
    await openPanel();
    await screen.findAllByText("100,000");
    await waitFor(() => expect(rows().length).toBeGreaterThan(5));
    expect(rows().length).toBeLessThan(40);
    const list = document.querySelector<HTMLElement>(".sw-list");
    own.fake.calls.length = 0;
    list?.scrollTo({ top: 50_000 * 68 });
    await waitFor(() =>
      expect(
        own.fake.calls.some((call) => /filter=waiting&.*offset=(49|50)\d\d\d/.test(call)),
      ).toBe(true),
    );
    await waitFor(() => expect(rows().length).toBeGreaterThan(5));
    expect(own.fake.calls.filter((call) => call.includes("/sync/queue?")).length).toBeLessThan(6);
    const place = document.querySelector(".sw-row")?.getAttribute("aria-posinset");
    expect(Number(place)).toBeGreaterThan(0);
  });

  it("is one stop for Tab, and the keys move through it", async () => {
    busyDesk();
    await openPanel();
    await screen.findByText(/next try/);
    const open = () => [...document.querySelectorAll<HTMLElement>(".sw-row-open")];
    expect(open().filter((button) => button.tabIndex === 0)).toHaveLength(1);
    open()[0]?.focus();
    const press = (key: string) =>
      fireEvent.keyDown(document.activeElement ?? document.body, { key });
    press("ArrowDown");
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/S-1003/));
    press("End");
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/S-1000/));
    press("Home");
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/S-1001/));
    press("ArrowDown");
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/S-1003/));
    press("Delete");
    await screen.findByRole("dialog", { name: "Discard this change?" });
  });

  it("speaks German", async () => {
    busyDesk();
    const panel = await openPanel({ locale: "de-DE" });
    await screen.findByText(/nächster Versuch in \d+ s/);
    expect(panel.textContent).toMatch(/Braucht dich/);
  });
});

describe("an entry", () => {
  const openEntry = async (name: RegExp) => {
    busyDesk();
    await openPanel();
    fireEvent.click(await screen.findByRole("button", { name }));
    return screen.findByRole("region", { name: "Details" });
  };

  it("is shown in full, with every attempt, and Escape leads back", async () => {
    const details = await openEntry(/S-1002 changed/);
    await within(details).findByText(/tried 3 times/);
    expect(within(details).getAllByText(/Sent: the cloud was busy/)).toHaveLength(3);
    expect(details.textContent).toMatch(/UPDATE_SHIPMENT/);
    await expectAccessible();
    fireEvent.keyDown(details, { key: "Escape" });
    expect(screen.queryByRole("region", { name: "Details" })).toBeNull();
    expect(screen.getByRole("dialog", { name: "Sync" })).toBeTruthy();
  });

  it("is discarded only after what would go has been shown, and can be brought back", async () => {
    const details = await openEntry(/S-1002 changed/);
    fireEvent.click(await within(details).findByRole("button", { name: "Discard" }));
    const question = await screen.findByRole("dialog", { name: "Discard this change?" });
    await within(question).findByText(/goes back to/);
    expect(question.textContent).toMatch(/Shipment S-1002 changed #2/);
    expect(question.textContent).toMatch(/Pieces 6/);
    expect(own.state.entries[1]?.status).toBe("PENDING");
    await expectAccessible();
    fireEvent.click(within(question).getByRole("button", { name: "Discard it" }));
    const said = (await screen.findByText("1 change discarded")).closest<HTMLElement>(".sw-toast");
    expect(own.state.entries[1]?.status).toBe("DISCARDED");
    if (said === null) throw new Error("it is said elsewhere");
    // The details behind it have the same button once they have heard of it.
    fireEvent.click(within(said).getByRole("button", { name: "Undo" }));
    await screen.findByText("Undone");
    expect(own.state.entries.at(-1)).toMatchObject({ entityId: "s2", payload: { pieces: 2 } });
  });

  it("takes along what cannot live without it, and says so first", async () => {
    own.state.setFlags({ paused: true });
    const create = { entityType: "Shipment", entityId: "s9", action: "CREATE_SHIPMENT" };
    own.state.enqueue([{ ...create, payload: { id: "s9", number: "S-9" } }], false);
    own.state.enqueue([change({ pieces: 1 }, "s9")], false);
    await openPanel();
    fireEvent.click(await screen.findByRole("button", { name: /S-9 created/ }));
    const details = await screen.findByRole("region", { name: "Details" });
    fireEvent.click(await within(details).findByRole("button", { name: "Discard" }));
    const question = await screen.findByRole("dialog", { name: "Discard 2 changes?" });
    expect(question.textContent).toMatch(/would go along/);
    expect(question.textContent).toMatch(/gone from this computer/);
    fireEvent.click(within(question).getByRole("button", { name: "Discard all 2" }));
    await screen.findByText("2 changes discarded");
    expect(own.state.rowOf("Shipment", "s9")).toBeNull();
  });

  it("that has taken effect is undone after a look at what would be written", async () => {
    const details = await openEntry(/S-1000 changed/);
    fireEvent.click(await within(details).findByRole("button", { name: "Undo" }));
    const question = await screen.findByRole("dialog", { name: "Undo this?" });
    await within(question).findByText(/bring/);
    await waitFor(() => expect(question.textContent).toMatch(/Shipment S-1000 changed/));
    fireEvent.click(within(question).getByRole("button", { name: "Undo it" }));
    await screen.findByText("Undone");
    expect(own.state.entries.at(-1)?.payload).toEqual({ pieces: 4 });
  });

  it("leads to the one that it waits for", async () => {
    own.state.push(change({ pieces: 8 }), {
      why: { code: "behind", text: "", behind: 5, root: 5, nextAttemptInMs: null },
    });
    busyDesk();
    await openPanel();
    const waiting = await screen.findByText("Held behind #5, which needs you");
    const row = waiting.closest<HTMLElement>(".sw-row");
    if (row === null) throw new Error("it stands in no row");
    fireEvent.click(within(row).getByRole("button", { name: /S-1001 changed/ }));
    fireEvent.click(await screen.findByRole("button", { name: "Show #5" }));
    await screen.findByText(/#5 · UPDATE_SHIPMENT/);
  });

  it("that is not here any more says so", async () => {
    await openEntry(/S-1000 changed/);
    const { entries } = own.state;
    entries.splice(0, 1);
    own.state.enqueue([change({ pieces: 1 }, "s4")], false); // anything that makes it look again
    await screen.findByText("This entry is not here any more");
  });
});

describe("what was refused", () => {
  it("is tried again one by one, after a look at all of it", async () => {
    for (const id of ["s0", "s1", "s2"]) {
      own.state.push(change({ pieces: 1 }, id), {
        status: "ERROR",
        why: { code: "error", text: "", behind: null, root: null, nextAttemptInMs: null },
      });
    }
    own.state.park(change({ pieces: 4 }, "s3"), { pieces: 5 }, "New York");
    await openPanel();
    fireEvent.click(await screen.findByRole("button", { name: "Try all again" }));
    const question = await screen.findByRole("dialog", { name: "Try 3 changes again?" });
    expect(question.textContent).toMatch(/1 conflict is not among them/);
    fireEvent.click(within(question).getByRole("button", { name: "Try them again" }));
    await screen.findByText("3 changes tried again");
    const retried = own.fake.calls.filter((call) => call.endsWith("/retry"));
    expect(retried).toEqual([1, 2, 3].map((id) => `POST /sync/queue/${id}/retry`));
    expect(own.state.status().counts.ERROR).toBe(0);
  });
});

describe("a long drain", () => {
  it("shows how far it is, how fast it goes and how long it takes", async () => {
    await openPanel();
    const time = vi.spyOn(performance, "now");
    const say = (ms: number, done: number) => {
      time.mockReturnValue(ms);
      own.state.setStatus({ drain: { done, total: 1000 }, waiting: 1000 - done });
    };
    say(0, 0);
    await waitFor(() =>
      expect(screen.getByRole("progressbar", { name: "0 of 1,000 sent" })).toBeTruthy(),
    );
    say(4000, 100);
    await screen.findByText(/25 a second, 36 s left/);
  });
});

describe("trouble", () => {
  it("a service that stops leaves the list as it was, and says so", async () => {
    busyDesk();
    await openPanel();
    await screen.findByText(/next try/);
    own.fake.stop();
    await screen.findByText("Service stopped");
    await screen.findByText(/stopped answering/);
    expect(rows()).toHaveLength(4);
    own.fake.start();
    await waitFor(() => expect(screen.queryByText("Service stopped")).toBeNull());
  });

  it("offline says what works, what does not, and how to go back", async () => {
    await openPanel();
    const simulate = screen.getByRole<HTMLButtonElement>("switch", { name: "Simulate offline" });
    await waitFor(() => expect(simulate.disabled).toBe(false)); // until the status is known
    fireEvent.click(simulate);
    await screen.findByText("Offline is being simulated.");
    expect(document.querySelector(".sw-banner")?.textContent).toMatch(
      /Not possible until then: uploading documents/,
    );
    await expectAccessible();
    fireEvent.click(screen.getByRole("button", { name: "Go online" }));
    await waitFor(() => expect(document.querySelector(".sw-banner")).toBeNull());
  });

  it.each([
    ["signed-out", /sign-in any more/],
    ["upgrade-needed", /too old for the cloud/],
    ["other-cloud", /Another cloud answers/],
  ] as const)("%s is told in a banner", async (connection, words) => {
    await openPanel();
    own.state.setStatus({ connection });
    await waitFor(() => expect(document.querySelector(".sw-banner")?.textContent).toMatch(words));
  });

  it("rows that a restored cloud lacks are listed, and left or written again", async () => {
    const row = { entityType: "Shipment", entityId: "s1", deleted: false, generation: 1 };
    const version = { seq: 3, salt: "a" };
    const values = { number: "S-1001", pieces: 9 };
    own.state.lost.push({
      ...{ ...row, id: 1, version, values, current: { number: "S-1001", pieces: 5 } },
      createdAt: "2026-11-22T09:00:00.000+00:00",
    });
    await openPanel();
    fireEvent.click(await screen.findByRole("button", { name: "Look" }));
    await screen.findByText(/set back to an older state/);
    await screen.findByRole("button", { name: "Write it again" });
    await expectAccessible();
    fireEvent.click(screen.getByRole("button", { name: "Leave it" }));
    await screen.findByText("Nothing is missing.");
  });

  it("another cloud is joined only by a decision", async () => {
    own.state.setStatus({
      connection: "other-cloud",
      otherCloud: { cloudId: "b1", tenant: "acme" },
    });
    await openPanel();
    fireEvent.click(await screen.findByRole("button", { name: "Decide" }));
    const question = await screen.findByRole("dialog", { name: "Another cloud answers" });
    expect(question.textContent).toMatch(/acme/);
    await expectAccessible();
    fireEvent.click(within(question).getByRole("button", { name: "Not now" }));
    expect(own.fake.calls).not.toContain("POST /sync/join-cloud");
  });
});

describe("the settings", () => {
  it("are changed, and wrong ones are refused where they stand", async () => {
    await openPanel();
    fireEvent.click(screen.getByRole("button", { name: "Settings" }));
    const interval = await screen.findByLabelText(/Ask for colleagues/);
    fireEvent.change(interval, { target: { value: "nonsense" } });
    expect(screen.getByText("Between 0.1 and 86400")).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    await expectAccessible();
    fireEvent.change(interval, { target: { value: "10" } });
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Settings saved");
  });

  it("the connection is tested, and what is wrong is said", async () => {
    own.state.setStatus({ lastSyncedAt: "2026-11-22T09:00:00.000+00:00" });
    await openPanel();
    fireEvent.click(screen.getByRole("button", { name: "Settings" }));
    const test = await screen.findByRole("button", { name: "Test connection" });
    // Enabled once the page has a status: an answer is known by being later than that one.
    await waitFor(() => expect(test.matches(":disabled")).toBe(false));
    fireEvent.click(test);
    await screen.findByText("Asking the cloud");
    own.state.setStatus({ lastSyncedAt: "2026-11-22T09:00:09.000+00:00" });
    await screen.findByText(/accepts this computer/);
    own.state.setFlags({ simulateOffline: true });
    await screen.findByText("Offline is being simulated."); // the page has heard of it
    fireEvent.click(screen.getByRole("button", { name: "Test connection" }));
    await screen.findByText(/switch that off first/);
  });
});
