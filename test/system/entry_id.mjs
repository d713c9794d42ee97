// The id of an entry, for tests that speak to a cloud as a device does.

import { createHash } from "node:crypto";

const canonical = (value) =>
  Array.isArray(value)
    ? `[${value.map(canonical).join()}]`
    : value && typeof value === "object"
      ? `{${Object.keys(value)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
          .join()}}`
      : JSON.stringify(value);

/** The id of an entry (RFC 9562, version 5), as src/model/client_request_id.cpp makes it. */
export function idOf(body) {
  const space = Buffer.from("7d0fbb5c2f5e4a8b9d865a1c3e0b7f42", "hex");
  const hash = createHash("sha1").update(space).update(canonical(body)).digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}
