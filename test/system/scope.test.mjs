// Two desks of one company: one holds everything, the other the shipments of its own port and all
// customers. What each sees and may write, real programs between them.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { repository, until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const shipment = (originPort) => ({
  ...{ customerId: "c1", originPort, destinationPort: "USNYC", updatedAt },
});
const page = fs.readFileSync(path.join(repository, "docs/app-developers/partial-sync.md"), "utf8");
const [, configuration] = page.match(/^```toml test\n(.*?)^```$/ms);
const [, granted] = page.match(/^  --scope '(.*)'$/m);
const [, answered] = page.match(/^```json test\n(.*?)^```$/ms);

const ofKiel = { Customer: {}, Shipment: { originPort: ["DEKEL", "DEBRV"] } };

let world, cloud, hamburg, kiel;

async function scoped(device, scope) {
  const { database } = cloud;
  const made = await world.run("slipway-cloud", [
    ...["token", "create", "--database", database, "--tenant", "acme", "--device", device],
    ...["--scope", typeof scope === "string" ? scope : JSON.stringify(scope)],
  ]);
  assert.equal(made.code, 0, made.stderr);
  return made.stdout.trim();
}

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  const desk = async (name, token) => (await world.desk(name, { cloud: cloud.url, token })).start();
  hamburg = await desk("hamburg", await cloud.token("Hamburg"));
  await hamburg.create("Customer", "c1", { name: "Nordlicht GmbH", country: "DE", updatedAt });
  await hamburg.create("Shipment", "s-kiel", shipment("DEKEL"));
  await hamburg.create("Shipment", "s-hamburg", shipment("DEHAM"));
  await hamburg.drained();
  kiel = await desk("kiel", await scoped("Kiel", ofKiel));
  await kiel.reached((await hamburg.status()).head);
});
after(() => world.close());

const shipments = async (desk) => [...(await desk.rows("Shipment")).keys()].sort();
async function both() {
  await hamburg.drained();
  const { head } = await hamburg.status();
  await kiel.reached(head);
}

test("a first sync brings the rows of the scope, with what they refer to", async () => {
  assert.deepEqual(await shipments(kiel), ["s-kiel"]);
  assert.notEqual(await kiel.row("Customer", "c1"), null);
  assert.deepEqual(await shipments(hamburg), ["s-hamburg", "s-kiel"]);
});

test("rows come and go with the values that the scope asks for", async () => {
  await hamburg.update("Shipment", "s-hamburg", { originPort: "DEBRV" });
  await both();
  assert.deepEqual(await shipments(kiel), ["s-hamburg", "s-kiel"]);
  await hamburg.update("Shipment", "s-hamburg", { originPort: "DEHAM" });
  await both();
  assert.deepEqual(await shipments(kiel), ["s-kiel"]);
  await hamburg.update("Shipment", "s-hamburg", { pieces: 7 });
  await both();
  assert.equal(await kiel.row("Shipment", "s-hamburg"), null);
});

test("what the desk writes in its scope the other one gets; it may hand a row over", async () => {
  await kiel.create("Shipment", "s-mine", shipment("DEKEL"));
  await kiel.drained();
  await kiel.update("Shipment", "s-mine", { originPort: "DEHAM" });
  const { head } = await kiel.drained();
  await hamburg.reached(head);
  assert.equal((await hamburg.row("Shipment", "s-mine")).values.originPort, "DEHAM");
  assert.deepEqual(await shipments(kiel), ["s-kiel"]);
});

test("a write outside is refused at once, says why, and queues nothing", async () => {
  const body = { entityType: "Shipment", entityId: "s-far", action: "CREATE_SHIPMENT" };
  body.payload = shipment("NLRTM");
  const problem = await kiel.ask("/sync/enqueue", { method: "POST", body }, [409]);
  assert.match(problem.type, /outside-scope$/);
  assert.match(problem.title, /Shipment s-far lies outside .*originPort is "DEKEL" or "DEBRV"/);
  assert.match(problem.detail, /Nothing was written/);
  assert.equal(await kiel.row("Shipment", "s-far"), null);
  assert.equal((await kiel.status()).counts.ERROR, 0);
});

test("a row that leaves before its entry was sent stays with it, then leaves", async () => {
  await kiel.post("/sync/pause", {});
  const { id } = await kiel.update("Shipment", "s-kiel", { pieces: 9 });
  await hamburg.update("Shipment", "s-kiel", { originPort: "DEHAM" });
  await hamburg.drained();
  await kiel.post("/sync/resume", {});
  const entry = await kiel.becomes(id, "ERROR");
  assert.match(entry.errorMessage, /lies outside/);
  await until("it is known that it left", async () => (await kiel.entry(id)).current.left);
  assert.equal((await kiel.row("Shipment", "s-kiel")).values.pieces, 9, "it is shown meanwhile");
  assert.equal((await hamburg.row("Shipment", "s-kiel")).values.pieces, 1, "nothing was written");
  await kiel.post(`/sync/queue/${id}/discard`, {});
  await kiel.becomes(id, "DISCARDED");
  await until("the row has left", async () => (await shipments(kiel)).length === 0);
});

test("a scope that is changed is followed, both ways, without a restart", async () => {
  await scoped("Kiel", "everything");
  const all = await shipments(hamburg);
  await until("Kiel has everything", async () => (await shipments(kiel)).join() === all.join());
  await scoped("Kiel", { ...ofKiel, Shipment: { originPort: ["NLRTM"] } });
  await until("Kiel has nothing of it", async () => (await shipments(kiel)).length === 0);
});

// The page on it is true: its configuration, its grant, and what the status says of both.
test("a desk declares in its configuration what it holds, of what it is granted", async () => {
  for (const port of ["DEHAM", "DEKEL", "NLRTM"])
    await hamburg.create("Shipment", `s-${port}`, shipment(port));
  await hamburg.drained();
  const config = world.write("luebeck.toml", configuration);
  const options = { cloud: cloud.url, token: await scoped("Luebeck", granted) };
  const luebeck = await world.desk("luebeck", { ...options, args: ["--config", config] });
  await luebeck.start();
  const holds =
    (...ids) =>
    async () =>
      (await shipments(luebeck)).join() === ids.join();
  const all = ["s-DEHAM", "s-DEKEL", "s-hamburg", "s-kiel", "s-mine"];
  await until("it has its shipments", holds(...all));
  assert.deepEqual((await luebeck.status()).scope, JSON.parse(answered).scope);
  const told = (await world.run("slipway", ["doctor", "--database", luebeck.database])).stdout;
  assert.match(told, /ok +scope +This device holds a part of the rows: all of Customer; Shipment/);
  assert.match(told, /note +scope +.* keeps back Quote, Shipment\.originPort\./);

  // Another declaration, offline, with something that is not sent yet.
  await luebeck.post("/sync/pause", {});
  await luebeck.update("Shipment", "s-hamburg", { pieces: 3 });
  await luebeck.stop();
  await luebeck.running.end();
  world.write("luebeck.toml", '[scope.Shipment]\noriginPort = ["DEKEL"]\n[scope.Customer]\n');
  await luebeck.start();
  assert.deepEqual((await luebeck.status()).scope.declared.Shipment, { originPort: ["DEKEL"] });
  await luebeck.post("/sync/resume", {});
  await until("it has the others", holds("s-DEKEL"));
  await luebeck.drained();
  await until("and what was written has arrived", async () => {
    return (await hamburg.row("Shipment", "s-hamburg")).values.pieces === 3;
  });
});

test("a row whose parent is not held is set aside with the reason, until it is", async () => {
  const token = await scoped("Bremen", { Shipment: { originPort: ["DEHAM"] } });
  const bremen = await (await world.desk("bremen", { cloud: cloud.url, token })).start();
  await bremen.reached((await hamburg.status()).head);
  assert.deepEqual(await shipments(bremen), []);
  const { stdout } = await world.run("slipway", ["doctor", "--database", bremen.database]);
  assert.match(stdout, /Shipment s-hamburg \(it refers to Customer c1, which is not here\)/);
  await scoped("Bremen", { Customer: {}, Shipment: { originPort: ["DEHAM"] } });
  const all = async () => (await shipments(bremen)).includes("s-hamburg");
  await until("Bremen has its shipments", all);
});

test("a scope that is not understood is refused with what is wrong", async () => {
  for (const [scope, wrong] of [
    ["{", "JSON"],
    [{ Shipment: [] }, "Shipment must be an object"],
    [{ Shipment: { originPort: "DEHAM" } }, "Shipment.originPort must be a list"],
    [{ Shipment: { originPort: [{}] } }, "Shipment.originPort may be text"],
  ]) {
    const args = ["token", "create", "--database", cloud.database, "--tenant", "acme"];
    const text = typeof scope === "string" ? scope : JSON.stringify(scope);
    const made = await world.run("slipway-cloud", [...args, "--device", "x", "--scope", text]);
    assert.equal(made.code, 2);
    assert.match(made.stderr, new RegExp(wrong));
  }
});
