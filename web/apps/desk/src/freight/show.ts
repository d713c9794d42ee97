// One value of one field, in words, in the reader's language.

import type { Json, Values } from "@slipway/client";
import { locale, texts, word } from "../texts";
import { detailsText } from "./documents";
import {
  formatAmount,
  formatDate,
  formatDateTime,
  formatMoney,
  formatPort,
  formatWeight,
  temporaryNumber,
} from "./format";

/** `row` gives the currency; `names` the names of referenced customers and shipments. */
export function showValue(
  field: string,
  value: Json | undefined,
  row: Values,
  names: (entityId: string) => string | null = () => null,
): string {
  if (value === null || value === undefined || value === "") return texts.empty;
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  if (field === "dangerousGoods") return value === 0 ? texts.no : texts.yes;
  if (field.endsWith("Minor") && typeof value === "number") {
    // An entry holds the written fields only; a wrong currency would be worse than none.
    const currency = row["currency"];
    return typeof currency === "string"
      ? formatMoney(value, currency, locale)
      : formatAmount(value, locale);
  }
  if (field.endsWith("Grams") && typeof value === "number") return formatWeight(value, locale);
  if (field === "details") return detailsText(value) || texts.empty;
  if (typeof value !== "string") return JSON.stringify(value);
  if (field.endsWith("Port")) return formatPort(value);
  if (field === "createdAt" || field === "updatedAt") return formatDateTime(value, locale);
  if (field.endsWith("At") || field === "validUntil") return formatDate(value, locale);
  if (field.endsWith("Id")) return names(value) ?? temporaryNumber("", value).slice(1);
  return word(value);
}
