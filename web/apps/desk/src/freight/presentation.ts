// The freight company's words for the sync panel: its records, fields and values.

import type { Presentation } from "@slipway/react";
import { addressOf, goTo } from "../app/routes";
import { texts, word } from "../texts";
import { definitionFor, numberOf } from "./entities";
import { showValue } from "./show";

export const presentation: Presentation = {
  entity: (entityType) => texts.entity[entityType],
  row: (entityType, entityId, values) => numberOf(entityType, entityId, values).label,
  field: (field) => {
    const known = word(field);
    return known === field ? undefined : known;
  },
  // A reference is named by the panel itself, which reads the row it points to.
  value: (value, { field, values }) =>
    field.endsWith("Id") ? undefined : showValue(field, value, values),
  open: (entityType, entityId) => {
    const definition = definitionFor(entityType);
    if (definition !== null) goTo(addressOf(definition.entityType, entityId));
  },
};
