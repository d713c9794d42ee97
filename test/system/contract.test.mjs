// What anyone may rely on who starts the programs: flags, environment, ready lines, exit codes,
// files, and how they end.

import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { after, before, test } from "node:test";
import { silence } from "./faults.mjs";
import { lock, request, until, World } from "./harness.mjs";
import { Proxy } from "./proxy.mjs";

let world, cloud, token;

before(async () => {
  world = new World();
  cloud = await world.cloud().start();
  token = await cloud.token("Hamburg");
});
after(() => world.close());

let count = 0;
const newDesk = async (options = {}) =>
  world.desk(`desk-${(count += 1)}`, { cloud: cloud.url, token, ...options });
const serve = (database, ...args) => {
  const tokenFile = world.write("token", token);
  return [
    "serve",
    "--database",
    database,
    "--cloud",
    cloud.url,
    "--cloud-token-file",
    tokenFile,
    ...args,
  ];
};

/** The program must fail with this code and a word about it on stderr, and print nothing else. */
async function fails(code, args, words, options = {}) {
  const ended = await world.run(options.program ?? "slipway", args, options);
  const said = `${args.join(" ")}: ${ended.code} ${ended.stderr}`;
  assert.equal(ended.code, code, said);
  assert.match(ended.stderr, words, said);
  assert.equal(ended.stdout, "", said);
  assert.ok(ended.stderr.trim().split("\n").length <= 2, `a clear line, not more: ${said}`);
  return ended;
}

test("help and version are on stdout, with exit code 0", async () => {
  for (const [program, ...args] of [
    ["slipway", "--help"],
    ["slipway", "serve", "--help"],
    ["slipway-cloud", "--help"],
    ["slipway-cloud", "serve", "--help"],
    ["slipway-cloud", "token", "create", "--help"],
    ["slipway-cloud", "conformance", "--help"],
    ["slipway", "--version"],
  ]) {
    const { code, stdout, stderr } = await world.run(program, args);
    assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    assert.match(stdout, /slipway/i);
  }
  const { stdout } = await world.run("slipway", ["serve", "--help"]);
  for (const name of ["database", "config", "cloud", "cloud-token-file", "listen", "token-file"]) {
    assert.match(stdout, new RegExp(`--${name} `));
    assert.match(stdout, new RegExp(`SLIPWAY_${name.replaceAll("-", "_").toUpperCase()}`));
  }
  assert.match(stdout, /"event":"listening"/);
});

test("wrong use ends with 2 and names what is wrong", async () => {
  const database = await world.freight("wrong-use.db");
  await fails(2, ["serve", "--nonsense"], /--nonsense/);
  await fails(2, ["bogus"], /“bogus” is not known/);
  await fails(2, [], /subcommand/);
  await fails(2, ["serve"], /--database/);
  await fails(2, ["serve", "--database", database], /--cloud/);
  await fails(2, ["serve", "--database", database, "--cloud", cloud.url], /--cloud-token-file/);
  const ftp = ["serve", "--database", database, "--cloud", "ftp://example.com"];
  await fails(2, [...ftp, "--cloud-token-file", "none"], /https:\/\//);
  await fails(2, serve(database, "--listen", "nonsense"), /nonsense/);
  for (const open of ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"]) {
    const words = new RegExp(
      `${open.replaceAll(/[.[\]]/g, "\\$&")}.*other machines.*127\\.0\\.0\\.1`,
    );
    await fails(2, serve(database, "--listen", open), words);
    const config = world.write("open.toml", `listen = "${open}"`);
    await fails(2, serve(database, "--config", config), words);
    await fails(2, serve(database), words, { env: { SLIPWAY_LISTEN: open } });
  }
  await fails(2, serve(database, "--target", "pigeon"), /pigeon/);
  await fails(2, serve(database), /SYNC_MAX_ATTEMPTS/, { env: { SYNC_MAX_ATTEMPTS: "many" } });
  const other = { program: "slipway-cloud" };
  await fails(2, ["serve", "--database", cloud.database, "--nonsense"], /--nonsense/, other);
  await fails(2, ["serve"], /--database/, other);
  await fails(2, ["bogus"], /“bogus” is not known/, other);
  await fails(2, ["token", "bogus"], /“bogus” is not known/, other);
  await fails(
    2,
    ["serve", "--database", cloud.database, "--listen", "nonsense"],
    /nonsense/,
    other,
  );
  await fails(2, ["serve", "--database", database], /sqlite:FILE/, other);
  await fails(2, ["token", "create", "--database", cloud.database], /--tenant/, other);
});

test("a configuration file with a mistake ends with 2 and names the setting or the line", async () => {
  const database = await world.freight("toml.db");
  const cases = [
    ["colour = 'blue'", /colour/],
    ["[sync]\nintervall_ms = 5", /sync\.intervall_ms/],
    ["[sync]\ninterval_ms = 'often'", /sync\.interval_ms/],
    ["database = ", /config\.toml:1/],
    ["[entities.Shipment]\npolicy = 'newest'", /entities\.Shipment\.policy.*manual, server/],
    ["[entities.Shipment]\nscope = 'table'", /entities\.Shipment\.scope.*field or row/],
    ["[entities.Shipment]\nfields = 'sum'", /\[entities\.Shipment\.fields\]/],
    ["[entities.Shipment.fields]\nweightKg = 'add'", /entities\.Shipment\.fields\.weightKg/],
    ["[entities.Shipment.fields]\nreference = 'sum'", /fields\.reference.*numbers/],
    ["[entities.Shipment.fields]\nid = 'client'", /fields\.id.*primary key/],
    [
      "[entities.Shipment]\nrenamed = 'notes'",
      /entities\.Shipment\.renamed” must be a table of first/,
    ],
    ["[entities.Shipment.renamed]\na = 'notes'\nb = 'notes'", /names the column “notes” twice/],
    ["[actions.PAY]\nentity = 'Invoice'\nrequires = 'cloud'", /actions\.PAY\.requires/],
    ["[actions.PAY]\nrequires = 'online'", /actions\.PAY must name its entity/],
    ["[actions.DELETE_INVOICELINE]\nentity = 'InvoiceLine'", /DELETE_INVOICELINE must say its op/],
    [
      "[actions.UPDATE_QUOTE]\nentity = 'Invoice'\nop = 'update'",
      /an action of Quote, not of Invoice/,
    ],
    ["[actions.'']\nentity = 'Invoice'", /must have a name/],
    [
      "[actions.DELETE_INVOICE]\nentity = 'Invoice'\nop = 'update'",
      /actions\.DELETE_INVOICE\.op must be delete/,
    ],
    ["[scope]", /“scope” must be tables by the types/],
    ["[scope.Shipment]\noriginPort = 'DEHAM'", /scope\.Shipment\.originPort” must be a list/],
    ["[scope.Shipment]\noriginPort = []", /scope\.Shipment\.originPort” must be a list/],
    ["[scope.Shipment]\npieces = [1.5]", /scope\.Shipment\.pieces” must be a list/],
    ["[scope.Shipmint]", /scope\.Shipmint: this database has no table/],
    ["[scope.Shipment]\nport = ['DEHAM']", /scope\.Shipment\.port: there is no such column/],
    ["[scope.Shipment]\npieces = ['many']", /scope\.Shipment\.pieces: "many" is no value/],
  ];
  for (const [text, words] of cases) {
    await fails(2, serve(database, "--config", world.write("config.toml", text)), words);
  }
  await fails(2, serve(database, "--config", "nowhere.toml"), /nowhere\.toml/);
});

test("settings come from the file, over it the environment, over it the command line", async () => {
  const database = await world.freight("settings.db");
  const tokenFile = world.write("settings.cloud-token", token);
  const text = `database = "${database}"\ncloud = "http://127.0.0.1:9"\ncloud_token_file = "${tokenFile}"\n[sync]\ninterval_ms = 1234\nattempts_max = 3\n`;
  const config = world.write("settings.toml", text);
  const own = world.path("own-token");
  const running = world.spawn("slipway", ["serve", "--config", config, "--token-file", own], {
    env: { SLIPWAY_CLOUD: cloud.url, SLIPWAY_TOKEN_FILE: "not-this-one", SYNC_MAX_ATTEMPTS: "5" },
  });
  const ready = await running.ready();
  assert.deepEqual(Object.keys(ready).sort(), ["event", "tokenFile", "url"]);
  assert.equal(ready.event, "listening");
  assert.match(ready.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(ready.tokenFile, own);
  const localToken = fs.readFileSync(own, "utf8").trim();
  const { json } = await request(`${ready.url}/sync/settings`, { token: localToken });
  assert.deepEqual([json.cloud, json.intervalMs, json.attemptsMax], [cloud.url, 1234, 5]);
  assert.equal((await running.signal("SIGTERM")).code, 0);
});

test("it listens at every address of its own machine", async () => {
  const database = await world.freight("own-machine.db");
  for (const address of ["localhost:0", "127.0.0.2:0", `unix:${world.path("own.sock")}`]) {
    const running = world.spawn("slipway", serve(database, "--listen", address));
    await running.ready();
    assert.equal((await running.signal("SIGTERM")).code, 0);
  }
});

test("the local token is the owner's alone, and stays over a restart", async () => {
  const desk = await (await newDesk()).start();
  assert.equal(fs.statSync(desk.ready.tokenFile).mode & 0o777, 0o600);
  assert.ok(desk.token.length >= 32);
  const before = desk.token;
  await desk.stop();
  fs.chmodSync(desk.ready.tokenFile, 0o644);
  await desk.start();
  assert.equal(desk.token, before);
  assert.equal(fs.statSync(desk.ready.tokenFile).mode & 0o777, 0o600);
});

test("the cloud prints a token alone, keeps its hash, and refuses it once it is revoked", async () => {
  const made = await cloud.token("Tokyo");
  assert.match(made, /^\S{32,}$/);
  const ask = () => request(`${cloud.url}/v1/capabilities`, { token: made });
  assert.equal((await ask()).json.device, "Tokyo");
  const files = fs.readdirSync(world.path("")).filter((name) => name.startsWith("cloud.db"));
  for (const name of files) assert.ok(!fs.readFileSync(world.path(name)).includes(made));
  const args = ["token", "revoke", "--database", cloud.database, "--device", "Tokyo"];
  assert.equal((await world.run("slipway-cloud", args)).code, 0);
  assert.equal((await ask()).status, 401);
  assert.equal((await request(`${cloud.url}/v1/capabilities`)).status, 401);
  assert.equal((await request(`${cloud.url}/healthz`)).status, 200);
  assert.deepEqual(Object.keys(cloud.ready).sort(), ["event", "url"]);
});

test("a missing, foreign or strange database is refused and left as it is", async () => {
  await fails(1, serve(world.path("nowhere.db")), /nowhere\.db/);
  assert.ok(!fs.existsSync(world.path("nowhere.db")));
  const text = "Dear diary, this is not a database, but it is long enough to be taken for one.";
  const foreign = world.write("foreign.db", text.repeat(100));
  await fails(1, serve(foreign), /not an SQLite database/);
  assert.equal(fs.readFileSync(foreign, "utf8"), text.repeat(100));
  await fails(
    1,
    ["serve", "--database", `sqlite:${foreign}`, "--listen", "127.0.0.1:0"],
    /not an SQLite/,
    {
      program: "slipway-cloud",
    },
  );
  fs.mkdirSync(world.path("folder.db"));
  await fails(1, serve(world.path("folder.db")), /folder\.db/);
  const unserved = await world.freight("unserved.db");
  await fails(1, ["status", "--database", unserved], /No slipway serves .*unserved\.db/);
});

test("where there is no database nothing is left behind, and each command says why", async () => {
  const folder = world.path("not-here");
  fs.mkdirSync(`${folder}/folder.db`, { recursive: true });
  const missing = [`${folder}/none.db`, /There is no database at .*none\.db/];
  for (const [database, words] of [missing, [`${folder}/folder.db`, /folder\.db is a folder/]]) {
    await fails(1, serve(database), words);
    await fails(1, ["init", "--database", database], words);
    for (const command of ["status", "queue", "doctor"])
      await fails(1, [command, "--database", database], words);
  }
  const other = { program: "slipway-cloud" };
  const words = /could not be opened.*Nothing was changed.*folder/;
  for (const database of [`sqlite:${folder}/folder.db`, `sqlite:${folder}/none/x.db`]) {
    await fails(1, ["serve", "--database", database, "--listen", "127.0.0.1:0"], words, other);
    const create = ["token", "create", "--tenant", "t", "--device", "d"];
    await fails(1, [...create, "--database", database], words, other);
  }
  const to = ["--to", `${folder}/none/x.db`];
  await fails(1, ["backup", "--database", cloud.database, ...to], words, other);
  assert.deepEqual(fs.readdirSync(folder), ["folder.db"]);
});

test("a read-only database is refused", async (t) => {
  const database = await world.freight("read-only.db");
  const args = serve(database);
  fs.chmodSync(world.path("token"), 0o644);
  fs.chmodSync(database, 0o444);
  fs.chmodSync(world.path(""), 0o555);
  t.after(() => fs.chmodSync(world.path(""), 0o700));
  if (process.getuid() !== 0) return fails(1, args, /read-only|right/);
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  const bin = (name) => `${process.env.SLIPWAY_BIN_DIR ?? "../../build/bin"}/${name}`;
  const slipway = fs.realpathSync(bin("slipway"));
  const may = await world
    .run("/usr/bin/setpriv", [...nobody, slipway, "--version"])
    .catch(() => ({}));
  if (may.code !== 0) return t.skip("another user may not run the program here");
  await fails(1, [...nobody, slipway, ...args], /right|read-only/i, {
    program: "/usr/bin/setpriv",
  });
});

test("a database locked by another program is refused at the start, with a clear line", async () => {
  const database = await world.freight("locked.db");
  const free = await lock(world, database);
  await fails(1, serve(database), /locked|another program/i, { seconds: 60 });
  await free();
  const desk = await newDesk({ database });
  await desk.start();
  await desk.create("Customer", "c1", customer);
});

const customer = { name: "Nordlicht", country: "DE", updatedAt: "2026-01-01T00:00:00.000+00:00" };

test("a lock while it runs: writes are refused as busy, nothing half-done, and it heals", async () => {
  const desk = await (await newDesk()).start();
  const first = await desk.create("Customer", "before-lock", customer);
  await desk.becomes(first.id, "SUCCESS");
  const free = await lock(world, desk.database);
  const body = {
    entityType: "Customer",
    entityId: "while-locked",
    action: "CREATE_CUSTOMER",
    payload: customer,
  };
  const refused = await desk.request("/sync/enqueue", { method: "POST", body, seconds: 60 });
  assert.equal(refused.status, 503, refused.text);
  assert.match(refused.headers["content-type"], /^application\/problem\+json/);
  assert.ok(refused.headers["retry-after"]);
  assert.equal((await request(`${desk.url}/healthz`)).status, 200);
  await free();
  const { id } = await desk.enqueue(body);
  await desk.becomes(id, "SUCCESS");
  assert.equal((await desk.ask("/sync/queue")).total, 2);
});

test("a busy port and a second daemon on one file are refused", async () => {
  const busy = net.createServer().listen(0, "127.0.0.1");
  await once(busy, "listening");
  const address = `127.0.0.1:${busy.address().port}`;
  const database = await world.freight("busy.db");
  await fails(1, serve(database, "--listen", address), new RegExp(address));
  await fails(
    1,
    ["serve", "--database", `sqlite:${world.path("other.db")}`, "--listen", address],
    new RegExp(address),
    { program: "slipway-cloud" },
  );
  busy.close();
  const desk = await (await newDesk({ database })).start();
  const second = await fails(1, serve(database), /busy\.db/);
  assert.match(second.stderr, new RegExp(desk.url), "it says where the first one is");
  fs.symlinkSync(database, world.path("alias.db"));
  await fails(1, serve(world.path("alias.db")), /alias\.db/);
  assert.equal((await desk.status()).connection.length > 0, true);
});

/** The best of several: a busy machine may be late, one that waits for something is late each time. */
async function endsWithin(most, stop) {
  let best = Infinity;
  for (let tries = 0; tries < 5 && best >= most; tries += 1)
    best = Math.min(best, await stop(tries));
  assert.ok(best < most, `it took ${best} s`);
}

test("SIGTERM in the middle of a push ends both within 2 s, with 0, and nothing is lost", async () => {
  const proxy = new Proxy(() => cloud.url);
  await proxy.open();
  world.onClose(() => proxy.shut());
  const desk = await (await newDesk({ cloud: proxy.url })).start();
  await desk.drained();
  await endsWithin(2, async (tries) => {
    proxy.fault = silence({ pushes: true });
    const { id, clientRequestId } = await desk.create("Customer", `in-flight-${tries}`, customer);
    await until("the push is at the cloud", () => proxy.fault.hits > 0);
    assert.equal((await desk.entry(id)).status, "PROCESSING");
    const stopped = [await desk.stop(), await cloud.stop()];
    for (const { code } of stopped) assert.equal(code, 0);
    proxy.fault = null;
    await cloud.start();
    await desk.start();
    await desk.becomes(id, "SUCCESS");
    const { receipts } = await cloud.everything(token);
    assert.equal(receipts.filter((receipt) => receipt.id === clientRequestId).length, 1);
    assert.equal((await desk.entry(id)).attempts, 2);
    return Math.max(...stopped.map(({ seconds }) => seconds));
  });
});

test("an open event stream does not keep SIGTERM waiting", async () => {
  const desk = await newDesk();
  await endsWithin(2, async () => {
    await desk.start();
    await desk.events();
    const { code, seconds } = await desk.stop();
    assert.equal(code, 0);
    return seconds;
  });
});

test("the command line speaks with the running service", async () => {
  const desk = await (await newDesk()).start();
  await desk.simulateOffline(true);
  const { id } = await desk.create("Customer", "cli", customer);
  const run = async (...args) => {
    const { code, stdout, stderr } = await world.run("slipway", [
      ...args,
      "--database",
      desk.database,
    ]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.match(await run("status"), /1 waiting/);
  assert.equal(JSON.parse(await run("status", "--json")).waiting, 1);
  assert.match(await run("queue"), /CREATE_CUSTOMER/);
  assert.equal(JSON.parse(await run("queue", "--json")).entries[0].id, id);
  assert.equal(JSON.parse(await run("show", String(id), "--json")).payload.name, "Nordlicht");
  await run("retry", String(id));
  assert.match(await run("discard", String(id), "--dry-run"), /CREATE_CUSTOMER/);
  assert.equal((await desk.entry(id)).status, "PENDING");
  await run("discard", String(id));
  assert.equal((await desk.entry(id)).status, "DISCARDED");
  assert.equal(await desk.row("Customer", "cli"), null);
  await fails(1, ["show", "999", "--database", desk.database], /999/);
  for (const [wrong, words] of [
    [["--take", "city=bogus"], /city=bogus.*local.*server.*base/],
    [["--field", "city=a", "--take", "city=server"], /“city” is named twice/],
    [["--field", "city"], /--field city /],
  ])
    await fails(2, ["resolve", String(id), ...wrong, "--database", desk.database], words);
});
