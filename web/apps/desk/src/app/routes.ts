// Addresses behind the #: any server of static files can serve the desk.

import { type DeskEntity, deskEntities, entities } from "../freight/entities";

export interface Route {
  entityType: DeskEntity;
  /** null: the list; "new": an empty form; else the id of a record. */
  record: string | null;
}

export function parseRoute(hash: string): Route {
  const [name, record] = hash.replace(/^#\/?/, "").split("?")[0]?.split("/") ?? [];
  const entityType = deskEntities.find((type) => entities[type].route === name) ?? "Shipment";
  return { entityType, record: record ? decodedOrAsIs(record) : null };
}

export function addressOf(entityType: DeskEntity, record: string | null = null): string {
  const list = `#/${entities[entityType].route}`;
  return record === null ? list : `${list}/${encodeURIComponent(record)}`;
}

export function goTo(address: string): void {
  location.hash = address;
}

/** An address that somebody typed may hold a "%" that encodes nothing. */
function decodedOrAsIs(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
