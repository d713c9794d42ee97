// Ids for new rows are made here, so that a row can be referred to before the cloud has seen it.

/** randomUUID needs a secure context; a page reached by a plain LAN address has none. */
export function newId(random: Pick<Crypto, "getRandomValues"> & Partial<Crypto> = crypto): string {
  if (typeof random.randomUUID === "function") return random.randomUUID();
  const bytes = random.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40; // version 4 (RFC 9562)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80; // variant
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
