// The records that belong to this one, as links: a quote's shipment, a shipment's invoices, a
// customer's newest business. Quiet: nothing is shown until there is something.

import type { Row } from "@slipway/client";
import { useDataTick, useLoaded, useSync } from "@slipway/react";
import { addressOf } from "../app/routes";
import { type DeskEntity, numberOf } from "../freight/entities";
import { text } from "../freight/format";
import { texts, word } from "../texts";

const shownMax = 4;

/** Whose rows refer to a row of the type, and by which field. */
const referring: Partial<Record<DeskEntity, [DeskEntity, string][]>> = {
  Shipment: [
    ["Quote", "shipmentId"],
    ["Invoice", "shipmentId"],
  ],
  Customer: [
    ["Shipment", "customerId"],
    ["Quote", "customerId"],
    ["Invoice", "customerId"],
  ],
};

interface Found {
  entityType: DeskEntity;
  rows: Row[];
  total: number;
}

export function Related({ entityType, row }: { entityType: DeskEntity; row: Row }) {
  const { client } = useSync();
  const tick = useDataTick("Shipment", "Quote", "Invoice");
  const { entityId } = row;
  const shipmentId = text(row.values["shipmentId"]);
  const { data } = useLoaded<Found[]>(
    async (signal) => {
      if (shipmentId !== "") {
        const shipment = await client.data.get("Shipment", shipmentId, { signal });
        return [{ entityType: "Shipment", rows: [shipment], total: 1 }];
      }
      const lists = (referring[entityType] ?? []).map(async ([type, field]): Promise<Found> => {
        const query = { where: { [field]: entityId }, sort: "-createdAt", limit: shownMax };
        const page = await client.data.list(type, query, { signal });
        return { entityType: type, rows: page.rows, total: page.total };
      });
      return Promise.all(lists);
    },
    [entityType, entityId, shipmentId],
    tick,
  );
  const found = (data ?? []).filter(({ rows }) => rows.length > 0);
  if (found.length === 0) return null;
  return (
    <ul className="related" aria-label={texts.related.label}>
      {found.map(({ entityType: type, rows, total }) => (
        <li key={type}>
          <span className="faint">{total === 1 ? texts.entity[type] : texts.nav[type]}</span>
          {rows.map(({ entityId: id, values }) => (
            <a key={id} href={addressOf(type, id)}>
              <bdi>{numberOf(type, id, values).label}</bdi>{" "}
              <span className="faint">{word(text(values["status"]))}</span>
            </a>
          ))}
          {total > rows.length && (
            <span className="faint">{texts.related.more(total - rows.length)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
