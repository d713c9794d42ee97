// The routes: what is asked, whether it may be, and whose transaction does it.

import { createHash } from "node:crypto";
import express from "express";
import { once } from "./idempotency.mjs";
import { create, list, patch, read, remove } from "./entities.mjs";
import { Problem, problemOf } from "./problem.mjs";

const hashOf = (token) => createHash("sha256").update(token).digest("hex");
const pageMax = 500;

/** `tokens`: names of clients by their tokens. `types`: the columns of each table (entities.mjs). */
export function hostedApi(pool, tokens, types) {
  const clients = new Map(Object.entries(tokens).map(([token, name]) => [hashOf(token), name]));
  const app = express().disable("x-powered-by").disable("etag");

  app.use("/v1/entities", (request, response, next) => {
    const [, token = ""] = /^Bearer (.+)$/.exec(request.get("authorization") ?? "") ?? [];
    request.client = clients.get(hashOf(token));
    if (!request.client) throw new Problem(401, "unauthorized", "A valid bearer token is needed");
    next();
  });
  app.use(express.json());
  app.param("type", (request, response, next, type) => {
    if (!types.has(type)) throw new Problem(404, "unknown-type", `There is no type ${type}`);
    next();
  });

  app.get("/v1/entities", (request, response) => response.json({ types: [...types.keys()] }));

  app.get("/v1/entities/:type", async (request, response) => {
    const { after = "", limit = "100" } = request.query;
    const size = Math.min(Math.max(Number(limit) || 1, 1), pageMax);
    response.json(await list(pool, request.params.type, String(after), size));
  });

  app.get("/v1/entities/:type/:id", async ({ params: { type, id } }, response) =>
    send(response, await read(pool, type, id)),
  );

  app.post("/v1/entities/:type", async (request, response) => {
    const values = valuesOf(request, types);
    const id = request.body.entityId;
    if (typeof id !== "string" || values.id !== id)
      throw new Problem(422, "key-missing", "entityId is a text, and stands in values.id, too");
    send(response, await carryOut(request, create, { id, values }));
  });

  app.patch("/v1/entities/:type/:id", async (request, response) => {
    const values = valuesOf(request, types);
    const { id } = request.params;
    if ("id" in values) throw new Problem(422, "key-changed", "A row keeps its id");
    send(response, await carryOut(request, patch, { id, values, version: versionOf(request) }));
  });

  app.delete("/v1/entities/:type/:id", async (request, response) => {
    const { id } = request.params;
    send(response, await carryOut(request, remove, { id, version: versionOf(request) }));
  });

  const carryOut = (request, work, asked) => {
    const { client, method, params } = request;
    const write = { type: params.type, who: client, ...asked };
    const as = { client, key: keyOf(request), request: [method, params.type, asked] };
    return once(pool, as, (db) => work(db, write));
  };

  app.use((request) => {
    throw new Problem(404, "unknown-route", `There is no ${request.method} ${request.path}`);
  });
  app.use((error, request, response, _next) => {
    const problem = problemOf(error);
    send(response, { status: problem.status, body: problem.body });
  });
  return app;
}

function send(response, { status, etag, body }) {
  if (etag) response.set("ETag", etag);
  const isProblem = status >= 400;
  response.status(status).type(isProblem ? "application/problem+json" : "application/json");
  response.send(JSON.stringify(body));
}

function keyOf(request) {
  const key = (request.get("idempotency-key") ?? "").replace(/^"(.*)"$/, "$1");
  if (key) return key;
  // To delete the same version of the same row is one request, whatever it is called.
  if (request.method === "DELETE") return `${request.path} ${versionOf(request)}`;
  throw new Problem(400, "idempotency-key-missing", `${request.method} needs an Idempotency-Key`);
}

function versionOf(request) {
  const tag = request.get("if-match");
  if (!tag || tag === "*")
    throw new Problem(428, "precondition-required", `${request.method} needs If-Match: an ETag`);
  const [, version] = /^"(\d{1,18})"$/.exec(tag) ?? [];
  if (!version) throw new Problem(412, "precondition-failed", "If-Match names no version");
  return version;
}

function valuesOf(request, types) {
  if (!request.is("application/json"))
    throw new Problem(415, "unsupported-media-type", "The body must be application/json");
  const { values } = request.body ?? {};
  if (typeof values !== "object" || !values || Array.isArray(values) || !Object.keys(values).length)
    throw new Problem(422, "invalid-values", '"values" must be an object with fields of the row');
  const unknown = Object.keys(values).find(
    (name) => !types.get(request.params.type).includes(name),
  );
  if (unknown) throw new Problem(422, "unknown-field", `There is no field ${unknown}`);
  return values;
}
