import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { records } from "../../examples/freight/scms/csv.mjs";
import { date, rows, scaled } from "../../examples/freight/scms/rows.mjs";

const heading =
  "id,project code,pq #,po / so #,asn/dn #,country,managed by,fulfill via,vendor inco term,shipment mode," +
  "pq first sent to client date,po sent to vendor date,scheduled delivery date,delivered to client date," +
  "delivery recorded date,product group,sub classification,vendor,item description,molecule/test type,brand," +
  "dosage,dosage form,unit of measure (per pack),line item quantity,line item value,pack price,unit price," +
  "manufacturing site,first line designation,weight (kilograms),freight cost (usd),line item insurance (usd)";
const clean =
  "1,100-CI-T01,Pre-PQ Process,SCMS-4,ASN-8,Côte d'Ivoire,PMO - US,Direct Drop,EXW,Air,Pre-PQ Process," +
  "Date Not Captured,2-Jun-06,2-Jun-06,2-Jun-06,HRDT,HIV test,RANBAXY Fine Chemicals LTD.," +
  '"HIV, Reveal G3 Rapid ""HIV-1"" Test, 30 Tests",Reveal,Reveal,,Test kit,30,19,551.29,29,0.97,' +
  '"Aurobindo Unit III, India",true,13,780.34,';
const dirty =
  "2,100-CI-T01,FPQ-1,SO-9,DN-4,Côte d'Ivoire,PMO - US,From RDC,N/A - From RDC,,3/24/14,7/25/2012," +
  "31-Feb-07,5-Mar-07,6-Mar-07,ARV,Adult,Someone,Nothing,,,,,60,x,1.5,,,Nowhere,true," +
  "See ASN-93 (ID#:1281),Freight Included in Commodity Cost,";
const mutations = rows(`${heading}\n${clean}\n${dirty}\n`);

test("a customer comes once, before the first shipment that names it", () => {
  const order = mutations.map((mutation) => mutation.entityId);
  assert.deepEqual(order, ["scms-100-ci-t01", "scms-1", "scms-2"]);
  assert.equal(mutations[0].payload.country, "CI");
  assert.equal(mutations[2].payload.customerId, "scms-100-ci-t01");
});

test("a clean line gives a whole shipment: grams, cents, ports, times", () => {
  const { payload } = mutations[1];
  assert.equal(payload.grossWeightGrams, 13_000);
  assert.equal(payload.goodsValueMinor, 55_129);
  assert.equal(payload.freightCostMinor, 78_034);
  assert.equal(payload.description, 'HIV, Reveal G3 Rapid "HIV-1" Test, 30 Tests');
  assert.deepEqual([payload.originPort, payload.destinationPort], ["INNSA", "CIABJ"]);
  assert.equal(payload.arrivesAt, "2006-06-02T00:00:00.000+00:00");
  assert.equal(payload.departsAt, null);
});

test("what cannot be read is kept in details, and the line exactly as it stands", () => {
  const { payload } = mutations[2];
  assert.equal(payload.details.line, dirty);
  assert.equal(mutations[1].payload.details.line, clean);
  assert.deepEqual(payload.details.unread, {
    "vendor inco term": "N/A - From RDC",
    "line item quantity": "x",
    "weight (kilograms)": "See ASN-93 (ID#:1281)",
    "freight cost (usd)": "Freight Included in Commodity Cost",
  });
  assert.deepEqual(
    [payload.grossWeightGrams, payload.freightCostMinor, payload.pieces],
    [null, 0, 1],
  );
});

test("three date formats are read; words and days of no calendar are not", () => {
  assert.equal(date("2-Jun-06"), "2006-06-02T00:00:00.000+00:00");
  assert.equal(date("7/25/2012"), "2012-07-25T00:00:00.000+00:00");
  assert.equal(date("3/24/14"), "2014-03-24T00:00:00.000+00:00");
  for (const text of ["Date Not Captured", "31-Feb-07", "13/1/2012", "1-Foo-06", ""]) {
    assert.equal(date(text), null, text);
  }
});

test("money is scaled in decimal digits and kept within 32 bits", () => {
  assert.equal(scaled("0.29", 100), 29);
  assert.equal(scaled("4521.5", 100), 452_150);
  assert.equal(scaled("1.005", 100), 100);
  assert.equal(scaled("21474836.48", 100), null);
  assert.equal(scaled("1e3", 100), null);
  assert.equal(scaled("-1", 100), null);
});

test("csv: quotes, line ends within them, both kinds of line end, no last line end", () => {
  const read = [...records('\uFEFFa,"b ""c"",\nd"\r\n\r\n,x')];
  assert.deepEqual(read, [
    { cells: ["a", 'b "c",\nd'], raw: 'a,"b ""c"",\nd"' },
    { cells: ["", "x"], raw: ",x" },
  ]);
});

test(
  "the whole history maps: a shipment a line, no line lost",
  { skip: !process.env.SCMS_CSV },
  () => {
    const text = fs.readFileSync(process.env.SCMS_CSV, "utf8");
    const all = rows(text);
    const shipments = all.filter((mutation) => mutation.entityType === "Shipment");
    assert.equal(new Set(all.map((mutation) => mutation.entityId)).size, all.length);
    assert.equal(shipments.length, 10_324);
    assert.equal(all.length - shipments.length, 142);
    const [first] = text.split("\n", 1);
    const lines = shipments.map((mutation) => mutation.payload.details.line);
    assert.equal([first, ...lines].join("\n").trim(), text.trim());
    for (const { payload } of shipments) {
      assert.notEqual(payload.destinationPort, "ZZZZZ");
      assert.ok(payload.arrivesAt);
      assert.ok(payload.goodsValueMinor >= 0 && Number.isInteger(payload.goodsValueMinor));
    }
  },
);
