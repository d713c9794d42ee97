// parse-server on PostgreSQL with PostGIS, with the classes of the freight example.
//   DATABASE_URL=postgresql://… PORT=1337 node server.mjs
// Port 0 is one of the kernel's. Prints its address when it serves.

import { once } from "node:events";
import http from "node:http";
import express from "express";
import { ParseServer } from "parse-server";

const text = { type: "String" };
const number = { type: "Number" };
// clientRef: the row's id at the desk that made it, by which it is found again.
const ours = { clientRef: text, editedAt: text, notes: text, status: text, currency: text };
const route = {
  ...ours,
  number: text,
  customerId: text,
  mode: text,
  originPort: text,
  destinationPort: text,
};
const fields = {
  Customer: {
    ...ours,
    name: text,
    country: text,
    city: text,
    email: text,
    vatNumber: text,
    creditLimitMinor: number,
  },
  Shipment: {
    ...route,
    ...{
      reference: text,
      incoterm: text,
      description: text,
      pieces: number,
      grossWeightGrams: number,
    },
    ...{ dangerousGoods: { type: "Boolean" }, goodsValueMinor: number, freightCostMinor: number },
    ...{ departsAt: text, arrivesAt: text, details: { type: "Object" } },
  },
  Quote: { ...route, shipmentId: text, amountMinor: number, validUntil: text },
};
const everybody = { "*": true };
const classLevelPermissions = Object.fromEntries(
  ["find", "count", "get", "create", "update", "delete"].map((right) => [right, everybody]),
);

const app = express();
const server = http.createServer(app);
server.listen(Number(process.env.PORT ?? 1337), "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/parse`;
const parse = new ParseServer({
  appId: "freight",
  restAPIKey: "desk",
  masterKey: process.env.MASTER_KEY ?? "for the tests only",
  databaseURI: process.env.DATABASE_URL,
  serverURL: url,
  // Request ids are remembered for as long as a desk may try again; longer than that, its lookup tells.
  idempotencyOptions: { paths: [".*"], ttl: 86_400 },
  schema: {
    definitions: Object.entries(fields).map(([className, columns]) => {
      return { className, fields: columns, classLevelPermissions };
    }),
  },
  silent: true,
});
await parse.start();
app.use("/parse", parse.app);
console.log(JSON.stringify({ url }));
