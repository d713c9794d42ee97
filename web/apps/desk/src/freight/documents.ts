// Documents of a shipment: in its `details`, one member each, so that two desks that add one at the
// same time can be merged. The content travels in the row; files of a real company would go to a store
// of their own, and only their names would stand here.

import type { Json, Values } from "@slipway/client";

export const documentBytesMax = 150_000; // with base64's third on top, a push stays under 1 MiB
const mark = "document:";

export interface ShipmentDocument {
  key: string;
  name: string;
  type: string;
  bytes: number;
  addedAt: string;
  /** base64 */
  content: string;
}

type Members = Record<string, Json>;

function membersOf(details: Json | undefined): Members {
  const parsed = typeof details === "string" ? parse(details) : details;
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : {};
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

export function documentsOf(values: Values): ShipmentDocument[] {
  return Object.entries(membersOf(values["details"]))
    .filter(([key]) => key.startsWith(mark))
    .map(([key, value]) => {
      const { name, type, bytes, addedAt, content } = membersOf(value);
      return {
        key,
        name: String(name ?? ""),
        type: String(type ?? ""),
        bytes: Number(bytes ?? 0),
        addedAt: String(addedAt ?? ""),
        content: String(content ?? ""),
      };
    })
    .sort((a, b) => a.addedAt.localeCompare(b.addedAt));
}

/** The shipment's `details` with one document more. */
export function withDocument(
  values: Values,
  id: string,
  document: Omit<ShipmentDocument, "key">,
): Values {
  return { ...membersOf(values["details"]), [`${mark}${id}`]: { ...document } };
}

/** For lists and comparisons: a document by its name, without what is in it. */
export function detailsText(details: Json): string {
  return Object.entries(membersOf(details))
    .map(([key, value]) => {
      if (key.startsWith(mark)) return String(membersOf(value)["name"] ?? key);
      return `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
    })
    .join(", ");
}

/** Bytes → base64, in pieces: one call with all of them would be too many arguments. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export function fromBase64(content: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
}
