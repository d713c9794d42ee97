// What each list shows, column by column.

import type { Row } from "@slipway/client";
import type { ReactNode } from "react";
import type { DeskEntity } from "../freight/entities";
import { formatDate, formatMoney, number, text } from "../freight/format";
import { portName } from "../freight/ports";
import { locale, texts, word } from "../texts";
import { Icon } from "../ui/icons";

export interface Column {
  key: keyof typeof texts.list.columns;
  numeric?: boolean;
  cell: (row: Row) => ReactNode;
}

function Port({ code }: { code: string }) {
  return (
    <span className="port">
      <span className="port-name">{portName(code)}</span>{" "}
      {portName(code) !== code && <span className="port-code">{code}</span>}
    </span>
  );
}

function Status({ code }: { code: string }) {
  return <span className={`status status-${code.toLowerCase()}`}>{word(code)}</span>;
}

const route: Column = {
  key: "route",
  cell: ({ values }) => (
    <span className="route">
      <Port code={text(values["originPort"])} />
      <Icon name="arrow" size={14} />
      <Port code={text(values["destinationPort"])} />
    </span>
  ),
};

const status: Column = {
  key: "status",
  cell: ({ values }) => <Status code={text(values["status"])} />,
};

function money(field: string): Column {
  return {
    key: "amount",
    numeric: true,
    cell: ({ values }) =>
      formatMoney(number(values[field]), text(values["currency"]) || "EUR", locale),
  };
}

function date(key: Column["key"], field: string): Column {
  return {
    key,
    cell: ({ values }) =>
      values[field] ? formatDate(text(values[field]), locale) : <span className="faint">–</span>,
  };
}

export const columns: Record<DeskEntity, Column[]> = {
  Shipment: [route, status, date("departs", "departsAt"), money("freightCostMinor")],
  Quote: [route, status, date("validUntil", "validUntil"), money("amountMinor")],
  Invoice: [status, date("due", "dueAt"), money("totalMinor")],
  Customer: [
    {
      key: "place",
      cell: ({ values }) =>
        [values["city"], values["country"]].filter(Boolean).map(text).join(", "),
    },
    { key: "email", cell: ({ values }) => <bdi>{text(values["email"])}</bdi> },
    { ...money("creditLimitMinor"), key: "creditLimit" },
  ],
};
