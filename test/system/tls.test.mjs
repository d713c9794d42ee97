// The cloud speaks TLS by itself: a desk that trusts a private authority syncs with it, the
// certificate is replaced while streams are open, and what is wrong with one is said in words on
// both sides.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { after, before, test } from "node:test";
import tls from "node:tls";
import { request, until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const waitSeconds = 90; // on a busy machine

let world, cloud, token, authority;

const openssl = (...args) => execFileSync("openssl", args, { cwd: world.path(""), stdio: "pipe" });
const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

const day = 24 * 3600 * 1000;
/** As X.509 writes it: 20260101000000Z. */
const instant = (daysFromNow) =>
  new Date(Date.now() + daysFromNow * day).toISOString().replace(/[-:T]|\.\d+/g, "");

/** NAME.pem and NAME.key of a new certificate that the authority has signed. */
function issue(name, { host = "IP:127.0.0.1", fromDay = -1, toDay = 30 } = {}) {
  openssl("req", ...curve, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
  world.write(`${name}.ext`, `subjectAltName=${host}\n`);
  const signed = ["-batch", "-notext", "-config", "authority.conf", "-create_serial"];
  const asked = ["-in", `${name}.csr`, "-extfile", `${name}.ext`, "-out", `${name}.pem`];
  const dates = ["-startdate", instant(fromDay), "-enddate", instant(toDay)];
  openssl("ca", ...signed, ...asked, ...dates);
}
/** What `openssl ca` asks of an authority; it alone signs with dates of one's choice. */
const authorityConf = `
[ca]
default_ca = authority
[authority]
certificate = authority.pem
private_key = authority.key
database = authority.txt
serial = authority.serial
new_certs_dir = .
default_md = sha256
unique_subject = no
policy = name
[name]
commonName = supplied
`;
/** They become what the cloud shows; renamed, as ACME clients do. */
function install(name) {
  for (const kind of ["pem", "key"]) {
    fs.copyFileSync(world.path(`${name}.${kind}`), world.path(`new.${kind}`));
    fs.chmodSync(world.path(`new.${kind}`), 0o600);
    fs.renameSync(world.path(`new.${kind}`), world.path(`live.${kind}`));
  }
}
/** Whose certificate a new connection is shown. */
const shown = () =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(cloud.url);
    const how = { ca: fs.readFileSync(authority), checkServerIdentity: () => undefined };
    const socket = tls.connect({ host: hostname, port, ...how }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("error", reject);
  });
const desk = (name, ca = authority) =>
  world.desk(name, { cloud: cloud.url, token, args: ca ? ["--ca-file", ca] : [] });
const write = (at, id) =>
  at.create("Customer", id, { name: "Nordlicht GmbH", country: "DE", updatedAt });

before(async () => {
  world = new World();
  const of = ["-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=Our authority"];
  openssl("req", "-x509", ...curve, ...of, "-days", "30");
  authority = world.path("authority.pem");
  world.write("authority.conf", authorityConf);
  world.write("authority.txt", "");
  issue("first");
  issue("second");
  install("first");
  cloud = world.cloud();
  token = await cloud.token("Hamburg");
  cloud.args = ["--tls-certificate", world.path("live.pem"), "--tls-key", world.path("live.key")];
  await cloud.start();
});
after(() => world.close());

test("desks sync over TLS, and their streams outlive a new certificate", async () => {
  assert.match(cloud.url, /^https:/);
  const hamburg = await (await desk("hamburg")).start();
  const lyon = await (await desk("lyon")).start();
  await write(hamburg, "c1");
  await hamburg.drained(waitSeconds);
  await until("the other desk has it", () => lyon.row("Customer", "c1"), waitSeconds);

  assert.equal(await shown(), "first");
  install("second");
  await until("the new one is shown", async () => (await shown()) === "second", waitSeconds);
  assert.match(cloud.running.stderr, /a new certificate is in use; it ends at 20/);
  await write(hamburg, "c2");
  await until("the other desk has it, too", () => lyon.row("Customer", "c2"), waitSeconds);
});

test("files that cannot be used change nothing, loudly", async () => {
  world.write("live.pem", "-----BEGIN CERTIFICATE-----\nbroken");
  await until("it is said", () => /stays in use until/.test(cloud.running.stderr), waitSeconds);
  assert.match(cloud.running.stderr, /live\.pem holds no certificate in PEM that can be read/);
  assert.equal(await shown(), "second");
  install("first");
  await until("the next one is shown", async () => (await shown()) === "first", waitSeconds);
});

test("what is wrong with a certificate is said on the desk, and nothing is lost", async () => {
  const says = async (at, words) => {
    await write(at, at.name);
    const status = await until(
      `${at.name} says ${words}`,
      async () => {
        const text = JSON.stringify(await at.status());
        return words.test(text) && at.status();
      },
      waitSeconds,
    );
    assert.equal(status.counts.PENDING, 1, "the entry waits");
  };
  const stranger = await (await desk("stranger", null)).start();
  await says(stranger, /nobody whom this computer trusts has issued its certificate/);
  await stranger.stop();

  issue("other", { host: "DNS:other.example" });
  install("other");
  await until("it is shown", async () => (await shown()) === "other", waitSeconds);
  const misled = await (await desk("misled")).start();
  await says(misled, /certificate is for another name/);
  install("second");
  await misled.drained(waitSeconds);
});

test("an expired certificate is refused at the start, and said in words by a desk", async () => {
  issue("old", { fromDay: -2, toDay: -1 });
  install("old");
  await cloud.stop();
  const serve = ["serve", "--database", cloud.database, ...cloud.args];
  const refused = await world.run("slipway-cloud", serve);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /live\.pem expired on 20/);

  cloud.environment = {};
  const expired = tls.createServer({
    cert: fs.readFileSync(world.path("old.pem")),
    key: fs.readFileSync(world.path("old.key")),
  });
  world.onClose(() => expired.close());
  await new Promise((resolve) => expired.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${expired.address().port}`;
  const late = await world.desk("late", { cloud: url, token, args: ["--ca-file", authority] });
  await late.start();
  await write(late, "c9");
  const words = /its certificate has expired/;
  await until(
    "it says so",
    async () => words.test(JSON.stringify(await late.status())),
    waitSeconds,
  );
  assert.equal((await late.status()).counts.PENDING, 1);
});

test("half of the flags, missing files and others' keys end the start; open keys are warned of", async () => {
  const ends = async (code, words, ...args) => {
    const ended = await world.run("slipway-cloud", [
      "serve",
      "--database",
      cloud.database,
      ...args,
    ]);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, words);
    assert.equal(ended.stdout, "");
  };
  const pair = (pem, key) => ["--tls-certificate", world.path(pem), "--tls-key", world.path(key)];
  await ends(2, /--tls-key/, "--tls-certificate", world.path("first.pem"));
  await ends(2, /--tls-certificate/, "--tls-key", world.path("first.key"));
  await ends(1, /Cannot read .*none\.pem/, ...pair("none.pem", "first.key"));
  await ends(1, /does not belong to the certificate/, ...pair("first.pem", "second.key"));

  fs.chmodSync(world.path("first.key"), 0o644);
  cloud.args = pair("first.pem", "first.key");
  await cloud.start();
  assert.match(cloud.running.stderr, /others on this machine may read the key in .*first\.key/);
  const plain = await request(`${cloud.url.replace("https", "http")}/healthz`);
  assert.equal(plain.status, 400);
  assert.match(plain.text, /tls-needed/);
  await cloud.stop();
  const secret = fs.readFileSync(world.path("first.key"), "utf8").split("\n")[1];
  assert.ok(!cloud.running.stderr.includes(secret));
});
