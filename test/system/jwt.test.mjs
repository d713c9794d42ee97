// A desk that is let in by a token of an identity provider: keys made and tokens signed by Node,
// published over HTTP, changed while the cloud runs; and what is refused, without a word of a
// token in any log.

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { request, until, World } from "./harness.mjs";

const updatedAt = "2026-01-01T00:00:00.000+00:00";
const issuer = "https://id.example.org/";
const waitSeconds = 90; // on a busy machine

let world, cloud, provider;
const published = []; // what the provider's address tells
const made = []; // every token that was sent

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
function key(kid, type = "rsa") {
  const options = type === "rsa" ? { modulusLength: 2048 } : { namedCurve: "P-256" };
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, use: "sig" };
  return { kid, alg: type === "rsa" ? "RS256" : "ES256", privateKey, publicKey, jwk };
}
function token(signer, device, changed = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: "slipway", iat: now, exp: now + 600, tenant: "acme", device };
  const { alg, kid } = signer;
  const text = `${encoded({ alg, kid, typ: "JWT" })}.${encoded({ ...claims, ...changed })}`;
  const how = { key: signer.privateKey, dsaEncoding: "ieee-p1363" };
  const signature =
    signer.sign?.(text) ?? sign("sha256", Buffer.from(text), how).toString("base64url");
  made.push(`${text}.${signature}`);
  return made.at(-1);
}
const asks = (sent) => request(`${cloud.url}/v1/capabilities`, { token: sent });
const settled = (sent) =>
  until(
    "the issuer's keys were read again",
    async () => {
      const answer = await asks(sent);
      return answer.status !== 503 && answer;
    },
    waitSeconds,
  );

const first = key("2026-a");
const second = key("2026-b", "ec");

before(async () => {
  world = new World();
  published.push(first.jwk);
  provider = await world.server((_, answer) => answer.end(JSON.stringify({ keys: published })));
  cloud = world.cloud();
  await cloud.token("somebody"); // a tenant exists
  cloud.args = ["--jwks", `${provider}/jwks`, "--jwt-issuer", issuer, "--jwt-audience", "slipway"];
  cloud.args.push("--log-requests");
  await cloud.start();
});
after(() => world.close());

test("a desk syncs with a token of the provider, and goes on with one of a key made later", async () => {
  const desk = await world.desk("hamburg", { cloud: cloud.url, token: token(first, "Hamburg") });
  await desk.start();
  await desk.create("Customer", "c1", { name: "Nordlicht GmbH", country: "DE", updatedAt });
  await desk.drained();

  published.splice(0, 1, second.jwk); // the first key is withdrawn
  const later = token(second, "Hamburg");
  assert.equal((await settled(later)).status, 200);
  fs.writeFileSync(desk.tokenFile, later);
  await desk.create("Customer", "c2", { name: "Südwind AG", country: "DE", updatedAt });
  await desk.drained(waitSeconds);
  const { rows } = await cloud.everything(later);
  assert.deepEqual([...rows.keys()].sort(), ["Customer/c1", "Customer/c2"]);
});

test("what is forged, expired, for others or of no tenant is refused as an unknown token is", async () => {
  const forger = { ...key(second.kid, "ec") };
  const asSecret = (secret) => (text) =>
    createHmac("sha256", secret).update(text).digest("base64url");
  const pem = second.publicKey.export({ format: "pem", type: "spki" });
  const now = Math.floor(Date.now() / 1000);
  const refused = {
    forged: token(forger, "Hamburg"),
    "signed by the public key": token({ ...second, alg: "HS256", sign: asSecret(pem) }, "Hamburg"),
    unsigned: token({ ...second, alg: "none", sign: () => "" }, "Hamburg"),
    expired: token(second, "Hamburg", { exp: now - 120 }),
    "of the future": token(second, "Hamburg", { nbf: now + 600 }),
    "for others": token(second, "Hamburg", { aud: "others" }),
    "of another issuer": token(second, "Hamburg", { iss: "https://evil.example.org/" }),
    "of no tenant": token(second, "Hamburg", { tenant: "globex" }),
    "of no device": token(second, undefined),
  };
  for (const [what, sent] of Object.entries(refused)) {
    const { status, json, headers } = await asks(sent);
    assert.equal(status, 401, what);
    assert.equal(json.type, "https://slipway.dev/problems/unauthorized", what);
    assert.match(headers["www-authenticate"], /^Bearer/, what);
  }
  const unknown = [token(key("nobody's"), "Hamburg"), token(first, "Hamburg")]; // or withdrawn
  for (const { status } of await Promise.all(unknown.map(settled))) assert.equal(status, 401);
});

test("no token is in a log or in an answer", async () => {
  const log = cloud.running.stderr + cloud.running.stdout;
  assert.match(log, /"device":"Hamburg"/, "requests were logged");
  for (const sent of made) {
    for (const part of sent.split(".").slice(1)) {
      if (part.length > 10) assert.ok(!log.includes(part), "a part of a token is in the log");
    }
  }
});

test("keys that cannot be used, and half of the flags, end the start in words", async () => {
  const fails = async (code, words, ...args) => {
    const { database } = cloud;
    const ended = await world.run("slipway-cloud", ["serve", "--database", database, ...args]);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, words);
    assert.equal(ended.stdout, "");
  };
  const whose = ["--jwt-issuer", issuer, "--jwt-audience", "slipway"];
  await fails(2, /--jwt-audience/, "--jwks", "keys.json", "--jwt-issuer", issuer);
  await fails(2, /--jwks/, ...whose);
  await fails(2, /only https/, "--jwks", "http://id.example.org/jwks", ...whose);
  await fails(1, /no file missing\.json/, "--jwks", "missing.json", ...whose);
  const secret = world.write(
    "secret.json",
    JSON.stringify({ keys: [{ kty: "oct", k: "c2VjcmV0" }] }),
  );
  await fails(1, /no key that can be used/, "--jwks", secret, ...whose);
});
