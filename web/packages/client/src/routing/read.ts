// Routed reads: lists and single rows, from the daemon's view of the app's tables.

import type { CallOptions } from "../caller.js";
import type { DataQuery, Row } from "../types.js";
import { type Answer, answered, refuse, stateHeader, worstState } from "./answer.js";
import type { Inner } from "./inner.js";
import type { ListedRows, ListRoute, QueryNames, ReadRoute, RoutedCall } from "./routes.js";

const pageRows = 1000; // the daemon's own limit
const rowsMax = 10_000; // a list without a limit; more is a mistake, or a report that wants paging
const pageDefault = 50;

export async function answerList(
  inner: Inner,
  route: ListRoute,
  call: RoutedCall,
  options: CallOptions,
): Promise<Answer> {
  const query = queryOf(route, call);
  const { rows, total } = await readRows(inner, route.list, query, options);
  inner.seen.show(route.list, rows);
  const listed: ListedRows = {
    rows,
    total,
    offset: query.offset ?? 0,
    limit: query.limit ?? null,
  };
  const body =
    route.answer === undefined ? rows.map((row) => row.values) : await route.answer(listed, call);
  return answered(200, body, {
    "x-total-count": String(total),
    [stateHeader]: worstState(rows.map((row) => row.sync.state)),
  });
}

export async function answerRead(
  inner: Inner,
  route: ReadRoute,
  call: RoutedCall,
  options: CallOptions,
): Promise<Answer> {
  const row = await inner.readRow(route.read, idOf(route, call), options);
  inner.seen.show(route.read, [row]);
  const body = route.answer === undefined ? row.values : await route.answer(row, call);
  return answered(200, body, { [stateHeader]: row.sync.state });
}

/** The row that a call is about: what the route says, else the part of the path named "id". */
export function idOf(route: { id?: (call: RoutedCall) => string }, call: RoutedCall): string {
  const id = route.id?.(call) ?? call.params["id"];
  if (id !== undefined && id !== "") return id;
  throw refuse(
    422,
    "id-needed",
    `${call.method} ${call.path} does not say which row it is about`,
    "Name the part of the route's path “:id”, or give the route an id function.",
  );
}

function queryOf(route: ListRoute, call: RoutedCall): DataQuery {
  if (typeof route.query === "function") return route.query(call);
  const names: QueryNames = { size: "limit", offset: "offset", sort: "sort", search: "search" };
  return namedQuery({ ...names, ...route.query }, call.query);
}

/** Reads the parameters that have a name here; every other one is a field that must have a value. */
export function namedQuery(names: QueryNames, query: URLSearchParams): DataQuery {
  const text = (name: string | undefined) => {
    const found = name === undefined ? null : query.get(name);
    return found === null || found === "" ? undefined : found;
  };
  const whole = (name: string | undefined, least: number) => {
    const found = text(name);
    if (found === undefined) return undefined;
    const number = Number(found);
    if (Number.isInteger(number) && number >= least) return number;
    throw refuse(
      422,
      "invalid-parameter",
      `“${name}” must be a whole number`,
      "Nothing was read.",
      name,
    );
  };
  const first = names.firstPage ?? 1;
  const page = whole(names.page, first);
  const limit = whole(names.size, 1) ?? (page === undefined ? undefined : pageDefault);
  const offset =
    page === undefined ? whole(names.offset, 0) : (page - first) * (limit ?? pageDefault);
  const sort = text(names.sort);
  const search = text(names.search);
  const where = filters(names, query);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(sort === undefined ? {} : { sort }),
    ...(search === undefined ? {} : { search }),
    ...(Object.keys(where).length === 0 ? {} : { where }),
  };
}

function filters(names: QueryNames, query: URLSearchParams): Record<string, string> {
  const { page, size, offset, sort, search, ignore = [] } = names;
  const taken = new Set([page, size, offset, sort, search, ...ignore]);
  const where: Record<string, string> = {};
  for (const [name, value] of query) {
    if (taken.has(name) || value === "") continue;
    if (name in where) {
      throw refuse(
        422,
        "filter-not-supported",
        `“${name}” is given more than once`,
        "Nothing was read. Give the route a query function, and filter in its answer function.",
        name,
      );
    }
    where[name] = value;
  }
  return where;
}

/** All rows that the query wants, in as many pages as it takes. */
async function readRows(
  inner: Inner,
  entityType: string,
  query: DataQuery,
  options: CallOptions,
): Promise<{ rows: Row[]; total: number }> {
  const wanted = query.limit ?? Number.POSITIVE_INFINITY;
  const start = query.offset ?? 0;
  const found = new Map<string, Row>(); // a row that moves between two pages is taken once
  for (let offset = start; ; offset += pageRows) {
    const limit = Math.min(pageRows, wanted - (offset - start));
    const page = await inner.readRows(entityType, { ...query, limit, offset }, options);
    if (query.limit === undefined && page.total > rowsMax) throw tooMany(entityType, page.total);
    for (const row of page.rows) found.set(row.entityId, row);
    const done = offset - start + page.rows.length;
    if (page.rows.length < limit || done >= wanted) {
      return { rows: [...found.values()], total: page.total };
    }
  }
}

function tooMany(entityType: string, total: number) {
  return refuse(
    422,
    "too-many-rows",
    `There are ${total} rows of ${entityType}, and the call names no limit`,
    `At most ${rowsMax} are read without one. Ask for pages, or map the route's query.`,
  );
}
