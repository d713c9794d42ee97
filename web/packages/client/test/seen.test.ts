import { expect, it } from "vitest";
import { createSeenRows } from "../src/seen";
import type { Values } from "../src/index";

const row = (entityId: string, values: Values) => ({
  entityId,
  values,
  sync: { state: "synced" as const, entries: [], version: null },
});

it("an object is compared with the shown state that it was most likely made from", () => {
  const seen = createSeenRows();
  seen.show("S", [row("1", { a: 1, b: 1, c: 1 })]);
  seen.show("S", [row("1", { a: 2, b: 2, c: 1 })]);
  expect(seen.nearest("S", "1", { a: 1, b: 1, c: 9 })).toMatchObject({ a: 1 });
  expect(seen.nearest("S", "1", { a: 2, b: 2, c: 9 })).toMatchObject({ a: 2 });
  expect(seen.nearest("S", "1", { c: 9 })).toMatchObject({ a: 2 }); // equally near: the newer
  expect(seen.nearest("S", "2", { c: 9 })).toBeNull();
});

it("an own write is known at once, of a row that was shown", () => {
  const seen = createSeenRows();
  seen.show("S", [row("1", { a: 1 })]);
  seen.write("S", "1", { a: 5 });
  seen.write("S", "2", { a: 5 });
  expect(seen.nearest("S", "1", { b: 0 })).toEqual({ a: 5 });
  expect(seen.nearest("S", "2", { b: 0 })).toBeNull();
});

it("forgets the rows that were not shown for longest", () => {
  const seen = createSeenRows();
  const show = (id: number) => seen.show("S", [row(String(id), { id })]);
  for (let id = 0; id < 5000; id++) show(id);
  show(0);
  show(5000);
  expect(seen.nearest("S", "0", {})).not.toBeNull();
  expect(seen.nearest("S", "1", {})).toBeNull();
});
