// What the programs answered in a test, as answer_tap.c has written it down, held against the OpenAPI
// documents: each answer, whoever asked.
//
//   node heard.mjs FOLDER     prints each fault once, and ends with 1 if there are some
//
// Taken as they leave the program: what a proxy makes of them on their way does not count. An answer
// that was not sent whole, because the program was killed or the other end went away, is none.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { Contract } from "./contract.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const headBytes = 12;
const lineEnd = Buffer.from("\r\n");
const emptyLine = Buffer.from("\r\n\r\n");
const tlsHandshake = 0x16;
const faultsMax = 20;

const contracts = new Map();
function contractOf(name) {
  if (!contracts.has(name))
    contracts.set(name, new Contract(path.join(root, `protocol/${name}_api.openapi.json`)));
  return contracts.get(name);
}

/** Each connection that a program has accepted, as {in, out, closed}. */
function connectionsIn(file) {
  const bytes = fs.readFileSync(file);
  const all = new Map();
  for (let at = 0; at + headBytes <= bytes.length;) {
    const number = bytes.readUInt32LE(at);
    const direction = String.fromCharCode(bytes.readUInt32LE(at + 4));
    const end = at + headBytes + bytes.readUInt32LE(at + 8);
    if (end > bytes.length) break;
    if (!all.has(number)) all.set(number, { "<": [], ">": [], closed: false });
    const one = all.get(number);
    if (direction === "x") one.closed = true;
    else one[direction].push(bytes.subarray(at + headBytes, end));
    at = end;
  }
  return [...all.values()].map((one) => ({
    in: Buffer.concat(one["<"]),
    out: Buffer.concat(one[">"]),
    closed: one.closed,
  }));
}

/** The messages of one direction: {first, headers, body, whole}. `hasBody(message)`: not where a HEAD was asked. */
function* messagesIn(bytes, closed, hasBody = () => true) {
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(emptyLine, at);
    if (end < 0) return;
    const [first, ...lines] = bytes.toString("latin1", at, end).split("\r\n");
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const message = { first, headers, body: Buffer.alloc(0), whole: true };
    at = end + emptyLine.length;
    if (hasBody(message)) at = takeBody(message, bytes, at, closed);
    yield message;
    if (!message.whole) return;
  }
}

function takeBody(message, bytes, at, closed) {
  const { headers } = message;
  if (/chunked/i.test(headers["transfer-encoding"] ?? "")) return takeChunks(message, bytes, at);
  const length = headers["content-length"];
  const isAnswer = message.first.startsWith("HTTP/");
  if (length === undefined && !isAnswer) return at; // a request without one has no body
  const end = length === undefined ? bytes.length : at + Number(length);
  message.body = bytes.subarray(at, end);
  message.whole = length === undefined ? closed : end <= bytes.length;
  return end;
}

function takeChunks(message, bytes, at) {
  const chunks = [];
  message.whole = false;
  for (;;) {
    const line = bytes.indexOf(lineEnd, at);
    if (line < 0) break;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    const end = line + 2 + size;
    if (!(size >= 0) || end + 2 > bytes.length) break;
    chunks.push(bytes.subarray(line + 2, end));
    at = end + 2;
    if (size > 0) continue;
    message.whole = true;
    break;
  }
  message.body = Buffer.concat(chunks);
  return at;
}

/** Answers with what they answer, as {method, target, status, type, headers, body, whole}. */
function* answersOf(connection) {
  if (connection.in[0] === tlsHandshake) return; // to a port without TLS
  const requests = messagesIn(connection.in, connection.closed);
  let asked;
  const bodiless = ({ first }) => {
    const status = Number(first.split(" ")[1]);
    return status < 200 || status === 204 || status === 304 || asked?.method === "HEAD";
  };
  const answers = messagesIn(connection.out, connection.closed, (answer) => {
    if (!isInterim(answer)) asked = requestOf(requests.next().value);
    return !bodiless(answer);
  });
  for (const answer of answers) {
    if (isInterim(answer)) continue;
    const { first, headers, body, whole } = answer;
    const type = headers["content-type"] ?? "";
    yield { ...asked, status: Number(first.split(" ")[1]), type, headers, body, whole };
  }
}

const isInterim = ({ first }) => first.startsWith("HTTP/1.1 1");

function requestOf(request) {
  const [method, target] = request?.first.split(" ") ?? [];
  return { method: method ?? "", target: target ?? "" };
}

/** The documented path of a target: what is written out goes before what a name stands for. */
function templateOf(contract, target) {
  const words = target.split(/[?#]/, 1)[0].split("/");
  let best;
  for (const template of Object.keys(contract.document.paths)) {
    const parts = template.split("/");
    const fits =
      parts.length === words.length &&
      parts.every((part, i) => part === words[i] || (part.startsWith("{") && words[i] !== ""));
    const names = parts.filter((part) => part.startsWith("{")).length;
    if (fits && (!best || names < best.names)) best = { template, names };
  }
  return best?.template;
}

/** What is wrong with an answer; nothing is an empty list. */
function faultsOf(contract, answer) {
  const method = answer.method.toLowerCase();
  const template = templateOf(contract, answer.target);
  const operation =
    template && contract.document.paths[template][method === "head" ? "get" : method];
  if (!operation) return faultsOfUnknown(contract, answer);
  if (method === "head") return [];
  const content = contract.answerSchema(method, template, answer.status, answer.type);
  if (typeof content === "string") return answer.status === 304 ? [] : [content];
  if (answer.type.startsWith("text/event-stream")) return faultsOfEvents(contract, content, answer);
  if (!answer.whole) return [];
  const body = decoded(answer);
  if (!/json/.test(answer.type)) return contract.faults(content.schema, body.toString());
  const json = parsed(body);
  if (json === undefined) return ["is no JSON"];
  const faults = contract.faults(content.schema, json);
  if (json.type?.startsWith?.("https://slipway.dev/problems/") && json.status !== answer.status)
    faults.push(`the problem says ${json.status}`);
  return faults;
}

// What no document knows is refused, and in the documented way. But for the desk's own files, and for
// what a browser asks before it asks.
function faultsOfUnknown(contract, answer) {
  const isFile = /^(GET|HEAD)$/.test(answer.method) && !/^\/(sync|data|v1)\//.test(answer.target);
  if (contract === contractOf("local") && isFile && !/json/.test(answer.type)) return [];
  if (answer.method === "OPTIONS" && answer.status === 204) return [];
  if (answer.method === "HEAD") return answer.status < 400 ? ["is not documented"] : [];
  if (answer.status < 400) return ["is of a path that is not documented"];
  if (!answer.whole) return [];
  if (!answer.type.startsWith("application/problem+json")) return ["is no problem document"];
  return contract.faultsByName("Problem", parsed(decoded(answer)) ?? null);
}

function faultsOfEvents(contract, content, answer) {
  const blocks = answer.body.toString().split("\n\n");
  blocks.pop(); // what follows the last empty line may have been cut off
  const faults = [];
  for (const block of blocks.filter((each) => /^data:/m.test(each))) {
    const event = /^event: ?(.*)$/m.exec(block)?.[1];
    const data = parsed([...block.matchAll(/^data: ?(.*)$/gm)].map((each) => each[1]).join("\n"));
    const schema = content["x-events"]?.[event];
    const wrong = schema ? contract.faults(schema, data ?? null) : ["is not documented"];
    faults.push(...wrong.map((each) => `event ${event}: ${each}`));
  }
  return faults;
}

const decoded = ({ headers, body }) =>
  headers["content-encoding"] === "gzip" ? zlib.gunzipSync(body) : body;

function parsed(bytes) {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Holds all that was heard against the documents: {answers, faults}, each fault once. */
export function judge(folder) {
  const faults = new Set();
  let answers = 0;
  for (const name of fs.readdirSync(folder)) {
    const contract = contractOf(name.split("-")[0]);
    for (const connection of connectionsIn(path.join(folder, name))) {
      for (const answer of answersOf(connection)) {
        answers += 1;
        for (const fault of faultsOf(contract, answer)) {
          const target = answer.target.slice(0, 200);
          faults.add(`${answer.method} ${target} → ${answer.status}: ${fault}`);
        }
      }
    }
  }
  return { answers, faults: [...faults].slice(0, faultsMax) };
}

if (process.argv[1] === import.meta.filename) {
  const { answers, faults } = judge(process.argv[2]);
  for (const fault of faults) console.log(`error: not as the OpenAPI document says: ${fault}`);
  if (answers > 0 || faults.length > 0)
    console.log(
      `figure: ${answers} answers held against the OpenAPI documents, ${faults.length} faults`,
    );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
