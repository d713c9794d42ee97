// A list of shipments, quotes or invoices: search, status filter, paging, each row with its state.

import type { RowPage, Row } from "@slipway/client";
import { RowMark, useDataTick, useLoaded, useSync } from "@slipway/react";
import { useEffect, useState } from "react";
import { addressOf, goTo } from "../app/routes";
import { type EntityDefinition, numberOf } from "../freight/entities";
import { text } from "../freight/format";
import { type NameOf, useNames } from "../freight/names";
import { texts, word } from "../texts";
import { Button, IconButton } from "../ui/button";
import { Icon } from "../ui/icons";
import { Message, ProblemLine, ProblemMessage, SkeletonRows } from "../ui/states";
import { columns } from "./columns";

const pageSize = 25;
const searchDelayMs = 180;

export function ListScreen({ definition }: { definition: EntityDefinition }) {
  const { client } = useSync();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState("");
  const [offset, setOffset] = useState(0);
  const { entityType } = definition;
  const tick = useDataTick(entityType);

  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), searchDelayMs);
    return () => clearTimeout(timer);
  }, [typed]);

  const { data, problem, reload } = useLoaded<RowPage & { offset: number }>(
    async (signal) => {
      const query = {
        limit: pageSize,
        offset,
        sort: "-createdAt",
        ...(search === "" ? {} : { search }),
        ...(status === "" ? {} : { where: { status } }),
      };
      // With its place, so that what is shown and where it stands never disagree.
      return { ...(await client.data.list(entityType, query, { signal })), offset };
    },
    [entityType, search, status, offset],
    tick,
  );
  const names = useNames("Customer", data?.rows.map((row) => text(row.values["customerId"])) ?? []);
  const filtered = search !== "" || status !== "";
  const clear = () => {
    setTyped("");
    setSearch("");
    setStatus("");
    setOffset(0);
  };

  return (
    <section className="screen" aria-labelledby="screen-title">
      <header className="screen-head">
        <h1 id="screen-title">{texts.nav[entityType]}</h1>
        <Button look="primary" icon="plus" onClick={() => goTo(addressOf(entityType, "new"))}>
          {texts.list.create(texts.entity[entityType] ?? entityType)}
        </Button>
      </header>
      <div className="filters">
        <label className="search">
          <Icon name="search" size={16} />
          <span className="visually-hidden">{texts.list.search(texts.nav[entityType] ?? "")}</span>
          <input
            type="search"
            value={typed}
            placeholder={texts.list.search(texts.nav[entityType] ?? "")}
            onChange={(event) => {
              setTyped(event.target.value);
              setOffset(0);
            }}
          />
        </label>
        {definition.statuses.length > 0 && (
          <label>
            <span className="visually-hidden">{texts.list.status}</span>
            <select
              value={status}
              onChange={(event) => {
                setStatus(event.target.value);
                setOffset(0);
              }}
            >
              <option value="">{texts.list.allStatuses}</option>
              {definition.statuses.map((code) => (
                <option key={code} value={code}>
                  {word(code)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {problem !== null && data !== null && <ProblemLine problem={problem} />}
      {data === null && problem !== null && <ProblemMessage problem={problem} retry={reload} />}
      {data === null && problem === null && <SkeletonRows count={8} />}
      {data !== null && data.rows.length === 0 && (
        <EmptyList definition={definition} filtered={filtered} clear={clear} />
      )}
      {data !== null && data.rows.length > 0 && (
        <>
          <RowTable definition={definition} rows={data.rows} names={names} />
          <Pager
            offset={data.offset}
            shown={data.rows.length}
            total={data.total}
            goTo={setOffset}
          />
        </>
      )}
    </section>
  );
}

interface EmptyListProps {
  definition: EntityDefinition;
  filtered: boolean;
  clear: () => void;
}

function EmptyList({ definition, filtered, clear }: EmptyListProps) {
  const { entityType } = definition;
  if (filtered) {
    return (
      <Message
        icon="search"
        title={texts.list.noMatchTitle}
        action={<Button onClick={clear}>{texts.list.clear}</Button>}
      >
        <p>{texts.list.noMatchText}</p>
      </Message>
    );
  }
  return (
    <Message icon="ship" title={texts.list.emptyTitle(texts.nav[entityType] ?? entityType)}>
      <p>{texts.list.emptyText}</p>
    </Message>
  );
}

interface RowTableProps {
  definition: EntityDefinition;
  rows: Row[];
  names: NameOf;
}

function RowTable({ definition, rows, names }: RowTableProps) {
  const { entityType } = definition;
  const shown = columns[entityType];
  const hasCustomer = entityType !== "Customer";
  return (
    <table className={`rows rows-${definition.route}`}>
      <thead>
        <tr>
          <th scope="col">{texts.list.columns[hasCustomer ? "number" : "name"]}</th>
          {hasCustomer && <th scope="col">{texts.list.columns.customer}</th>}
          {shown.map((column) => (
            <th key={column.key} scope="col" className={column.numeric ? "numeric" : undefined}>
              {texts.list.columns[column.key]}
            </th>
          ))}
          <th scope="col" className="cell-sync">
            {texts.list.columns.sync}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const label = numberOf(entityType, row.entityId, row.values);
          return (
            <tr key={row.entityId}>
              <td className="cell-number">
                <a
                  href={addressOf(entityType, row.entityId)}
                  className={label.temporary ? "temporary" : undefined}
                  title={label.temporary ? texts.list.temporary : undefined}
                >
                  <bdi>{label.label}</bdi>
                </a>
                {row.values["reference"] ? (
                  <bdi className="reference">{text(row.values["reference"])}</bdi>
                ) : null}
              </td>
              {hasCustomer && (
                <td className="cell-customer">
                  <bdi>
                    {names(text(row.values["customerId"])) ?? <span className="faint">…</span>}
                  </bdi>
                </td>
              )}
              {shown.map((column) => (
                <td
                  key={column.key}
                  className={`cell-${column.key} ${column.numeric ? "numeric" : ""}`}
                >
                  {column.cell(row)}
                </td>
              ))}
              <td className="cell-sync">
                <RowMark state={row.sync.state} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface PagerProps {
  offset: number;
  shown: number;
  total: number;
  goTo: (offset: number) => void;
}

function Pager({ offset, shown, total, goTo }: PagerProps) {
  return (
    <div className="pager">
      <span aria-live="polite">{texts.list.range(offset + 1, offset + shown, total)}</span>
      <IconButton
        icon="left"
        label={texts.list.previous}
        disabled={offset === 0}
        onClick={() => goTo(Math.max(0, offset - pageSize))}
      />
      <IconButton
        icon="right"
        label={texts.list.next}
        disabled={offset + shown >= total}
        onClick={() => goTo(offset + pageSize)}
      />
    </div>
  );
}
