// Two desks side by side with the real programs: what people do all day, with a network that fails.

import { readFile } from "node:fs/promises";
import { createMutation, updateMutation } from "@slipway/client";
import { delay, programsExist, until } from "@slipway/testing/programs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectAccessible, expectNoOverflow, focusIsOn, shoot, tabTo } from "./support/browser";
import { badge, type Company, customer, go, startCompany, visit } from "./support/company";

describe.runIf(programsExist)("two desks", () => {
  let company: Company;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.close());
  beforeEach(async () => {
    company.network.fault = null;
    await company.network.open();
    await company.hamburg.simulateOffline(false);
    await company.hamburg.drained();
  });

  const create = async (name: string, city?: string) => {
    const values = customer(name, city);
    await company.sync.enqueue(createMutation("Customer", values));
    return values;
  };
  const changeCity = (entityId: string, city: string) =>
    updateMutation("Customer", entityId, { city });

  it("show each other's work at once, without a reload", async () => {
    const here = await visit(company.hamburg, "/customers/new");
    const there = await visit(company.newYork, "/customers");
    await there.getByText("No customers yet").waitFor();
    await shoot(there, "real-empty");
    await here.getByLabel("Name").fill("Elbe Logistik");
    await here.getByLabel("Country").fill("de");
    await here.getByLabel("City").fill("Hamburg");
    await here.getByRole("button", { name: "Save" }).click();
    await there.getByText("Elbe Logistik").waitFor();
    await here.getByText("Elbe Logistik", { exact: true }).click();
    await there.getByText("Elbe Logistik").click();
    await there.getByLabel("City").fill("Altona");
    await there.getByRole("button", { name: "Save" }).click();
    await until("Hamburg's form has moved", async () => {
      return (await here.getByLabel("City").inputValue()) === "Altona";
    });
    await shoot(here, "real-customer");
    await expectAccessible(here);
  });

  it("keep working while the cloud is away, and drain with progress when it is back", async () => {
    const page = await visit(company.hamburg, "/customers");
    const values = await create("Drain and Sons");
    await company.hamburg.drained(); // asked there: the badge hears of the write a moment later
    await company.network.shut();
    await badge(page, /^Offline/).waitFor();
    await page.getByText("You are offline.").waitFor();
    const many = Array.from({ length: 4000 }, (_, i) => changeCity(values.id, `Pier ${i}`));
    for (let at = 0; at < many.length; at += 1000) {
      await company.sync.enqueueBatch(many.slice(at, at + 1000));
    }
    await badge(page, /^Offline, 4,000 waiting/).click();
    await page
      .getByText(/^Waits for/)
      .first()
      .waitFor();
    await shoot(page, "real-offline");
    await expectAccessible(page);
    // Slow enough to be seen on any machine, until it was.
    company.network.fault = delay(1000);
    const progress = page.getByRole("progressbar", { name: /of 4,000 sent/ }).waitFor();
    const pace = page.getByText(/a second, .* left/).waitFor();
    await company.network.open();
    await progress;
    await pace;
    await shoot(page, "real-drain");
    company.network.fault = null;
    await badge(page, /^Synced/).waitFor();
    await page.getByText("Pier 3999").first().waitFor();
    await until("New York has the last value", async () => {
      const row = await company.newYork.row("Customer", values.id);
      return row?.values["city"] === "Pier 3999";
    });
  });

  it("meet in a conflict, which is decided by keyboard alone", async () => {
    const { id } = await create("Contested Ltd", "Kiel");
    await company.hamburg.drained();
    await until("New York has it", () => company.newYork.row("Customer", id));
    const there = await visit(company.newYork, "/customers");
    const page = await visit(company.hamburg, "/customers");
    await company.network.shut();
    await badge(page, /^Offline/).waitFor();
    await company.sync.enqueue(changeCity(id, "Lübeck"));
    await company.newYork.update("Customer", id, { city: "Boston" });
    await company.newYork.drained();
    await company.network.open();
    await badge(page, /1 needs you/).waitFor();
    await tabTo(page, /1 needs you/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Decide" }).waitFor();
    await tabTo(page, /^Decide$/);
    await page.keyboard.press("Enter");
    await page.getByText(/New York changed the same/).waitFor();
    await shoot(page, "real-conflict");
    await expectAccessible(page);
    await tabTo(page, /^Keep mine$/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Send this", disabled: false }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByText(/Goes out in/).waitFor();
    await focusIsOn(page, "Undo");
    await tabTo(page, /^Send now$/);
    await page.keyboard.press("Enter");
    await badge(page, /^Synced/).waitFor();
    await there.getByRole("cell", { name: "Lübeck, DE" }).waitFor();
  });

  it("drop a customer and all that hangs on it, after a preview that drops nothing", async () => {
    const page = await visit(company.hamburg, "/customers");
    await page.getByRole("switch").click();
    await badge(page, /^Offline/).waitFor();
    const values = await create("Never Was GmbH");
    await company.sync.enqueue(
      createMutation("Shipment", {
        id: "shp_never",
        customerId: values.id,
        originPort: "DEHAM",
        destinationPort: "USNYC",
        createdAt: values.createdAt,
        updatedAt: values.updatedAt,
      }),
    );
    await badge(page, /^Offline, 2 waiting/).click();
    await page.getByRole("button", { name: "Customer Never Was GmbH created" }).click();
    await page.getByRole("button", { name: "Discard" }).click();
    const question = page.getByRole("dialog", { name: /Discard/ });
    await question.getByText("These cannot live without it and would go along:").waitFor();
    await question
      .getByText(/Shipment/)
      .first()
      .waitFor();
    await shoot(page, "real-discard");
    await expectAccessible(page);
    expect(await company.hamburg.row("Shipment", "shp_never")).not.toBeNull();
    await question.getByRole("button", { name: "Discard all 2" }).click();
    await page.getByText("2 changes discarded").waitFor();
    await page.getByRole("button", { name: /^Offline$/ }).waitFor();
    expect(await company.hamburg.row("Shipment", "shp_never")).toBeNull();
    expect(await company.hamburg.row("Customer", values.id)).toBeNull();
    await page.getByRole("switch").click();
    await badge(page, /^Synced/).waitFor();
    await company.hamburg.drained();
    expect(await company.newYork.row("Customer", values.id)).toBeNull();
  });

  it("carry a quote to a shipment and an invoice, offline, as groups", async () => {
    const { id } = await create("Quote Takers");
    const page = await visit(company.hamburg, "/quotes/new");
    await page.getByRole("switch").click();
    await badge(page, /^Offline/).waitFor();
    await page.getByRole("combobox", { name: "Customer" }).pressSequentially("quote t");
    await page.getByRole("option", { name: /Quote Takers/ }).click();
    await page.getByRole("combobox", { name: "From" }).fill("deham");
    await page.getByRole("combobox", { name: "To", exact: true }).fill("New York");
    await page.getByLabel("Amount").fill("1,850.00");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("saved on this computer").waitFor();
    await page.locator(".cell-number a").first().click();
    await page.getByRole("button", { name: "Book shipment" }).click();
    await page.getByRole("heading", { name: /^Shipment/ }).waitFor();
    await page.getByRole("list", { name: "Belongs together" }).getByText("Accepted").waitFor();
    expect(await page.getByLabel("Freight cost").inputValue()).toBe("1850.00");
    await shoot(page, "real-booked");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Write invoice" }).click();
    await page.getByRole("heading", { name: /^Invoice/ }).waitFor();
    expect(await page.getByLabel("Description 1").inputValue()).toBe("Hamburg – New York");
    await page.getByRole("button", { name: "Issue", exact: true }).click();
    await page.getByText(/ is issued/).waitFor();
    await page.getByRole("button", { name: "Mark as paid" }).waitFor();
    await shoot(page, "real-invoiced");
    await expectAccessible(page);
    await page.getByRole("switch").click();
    await badge(page, /^Synced/).waitFor();
    const there = await visit(company.newYork, "/invoices");
    await there.getByRole("cell", { name: "Quote Takers" }).waitFor();
    await there.getByRole("cell", { name: "Issued" }).waitFor();
    await there.getByText("€1,850.00").waitFor();
    expect(await company.newYork.row("Customer", id)).not.toBeNull();
  });

  it("upload documents only with the cloud, and say why not", async () => {
    const values = await create("Paper Trail");
    const shipment = createMutation("Shipment", {
      id: "shp_paper",
      customerId: values.id,
      originPort: "DEHAM",
      destinationPort: "USNYC",
      createdAt: values.createdAt,
      updatedAt: values.updatedAt,
    });
    await company.sync.enqueue(shipment, { waitSeconds: 20 });
    const page = await visit(company.hamburg, "/shipments/shp_paper");
    const upload = page.getByRole("button", { name: "Upload document" });
    await upload.waitFor();
    await company.network.shut();
    await badge(page, /^Offline/).waitFor();
    await page.getByText("Not possible until then: uploading documents.").waitFor();
    await upload.focus();
    await page.getByRole("tooltip", { name: /This needs the cloud/ }).waitFor();
    await shoot(page, "real-upload-refused");
    await expectAccessible(page);
    let chosen = false;
    page.on("filechooser", () => (chosen = true));
    await upload.press("Enter");
    await company.network.open();
    await badge(page, /^Synced/).waitFor();
    expect(chosen).toBe(false);
    await page.getByRole("button", { name: "Upload document", disabled: false }).waitFor();
    const chooser = page.waitForEvent("filechooser");
    await upload.press("Enter");
    const content = Buffer.from(Array.from({ length: 30_000 }, (_, i) => (i * 7) % 256));
    await (
      await chooser
    ).setFiles({ name: "bill of lading.pdf", mimeType: "application/pdf", buffer: content });
    await page.getByText("bill of lading.pdf is at the cloud").waitFor();
    const there = await visit(company.newYork, "/shipments/shp_paper");
    const download = there.waitForEvent("download");
    await there.getByRole("button", { name: "Download bill of lading.pdf" }).click();
    expect(Buffer.compare(await readFile(await (await download).path()), content)).toBe(0);
    await shoot(there, "real-document");
    await expectNoOverflow(there);
  });

  it("survive a reload and a crash in the middle of a save", async () => {
    const page = await visit(company.hamburg, "/customers/new");
    await page.getByLabel("Name").fill("Half Done & Co");
    await page.getByLabel("Country").fill("DE");
    await company.hamburg.kill();
    await badge(page, /^Service stopped/).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Not saved").waitFor();
    await shoot(page, "real-crashed");
    await expectAccessible(page);
    expect(await page.getByLabel("Name").inputValue()).toBe("Half Done & Co"); // nothing is lost
    await company.hamburg.start();
    await badge(page, /^Synced/).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("saved on this computer").waitFor();
    await page.reload();
    await page.getByText("Half Done & Co").waitFor();
    // Killed while the answer is on its way: whatever the page was told, the row is there once.
    await go(page, "/customers/new");
    await page.getByLabel("Name").fill("Killed Between");
    await page.getByLabel("Country").fill("DE");
    await page.getByRole("button", { name: "Save" }).click({ noWaitAfter: true });
    await company.hamburg.kill();
    await company.hamburg.start();
    await badge(page, /^Synced/).waitFor();
    const inList = page.getByRole("link", { name: "Killed Between" });
    const refused = page.getByText("Not saved");
    await inList.or(refused).first().waitFor();
    if ((await refused.count()) > 0) await page.getByRole("button", { name: "Save" }).click();
    await inList.waitFor();
    await company.hamburg.drained();
    const rows = await company.sync.data.list("Customer", { search: "Killed Between" });
    expect(rows.total).toBe(1);
  });
});
