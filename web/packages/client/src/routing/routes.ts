// The route table: which of the app's calls mean what. Written by the app's developer as data; the
// functions are only needed where the app's API speaks of things in another way than its tables.

import type { SyncCalls } from "../client.js";
import type { Json } from "../json.js";
import type { AcceptedGroup, DataQuery, Mutation, Row, Values } from "../types.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** "PATCH /shipments/:id": below the API's base address, with names for the parts that vary. */
export type RouteKey = `${Method} /${string}`;
export type Routes = Record<RouteKey, Route>;

/** A call of the app that the table names. */
export interface RoutedCall {
  method: Method;
  /** Below the API's base address, without the query. */
  path: string;
  /** What stands in the path where the route has a name. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The parsed body; null: there is none. */
  body: Json;
  headers: Headers;
  /** For a look at other rows: `call.sync.data.get("Customer", id)`. */
  sync: SyncCalls;
}

type Maybe<T> = T | Promise<T>;

interface Answering {
  /** The status that the app's API would answer with. */
  status?: number;
  /** Wait up to this many seconds for the cloud before answering. */
  waitSeconds?: number;
}

export interface ListRoute {
  /** The entity type whose rows are listed. */
  list: string;
  /** The query parameters' names in the app's API, or a function that reads them. */
  query?: QueryNames | ((call: RoutedCall) => DataQuery);
  /** The body of the answer. Default: the rows' values as an array. */
  answer?: (page: ListedRows, call: RoutedCall) => Maybe<unknown>;
}

export interface ReadRoute {
  read: string;
  id?: (call: RoutedCall) => string;
  /** The body of the answer. Default: the row's values. */
  answer?: (row: Row, call: RoutedCall) => Maybe<unknown>;
}

export interface CreateRoute extends Answering {
  create: string;
  action?: string;
  /** The new row's id. Default: that in the payload, else the daemon makes one. */
  id?: (call: RoutedCall) => string | undefined;
  /** Default: the body. */
  payload?: (call: RoutedCall) => Values;
  answer?: (row: Row, call: RoutedCall) => Maybe<unknown>;
}

export interface UpdateRoute extends Answering {
  update: string;
  action?: string;
  id?: (call: RoutedCall) => string;
  /** Default: the body. What has not changed since the app read it is left out. */
  payload?: (call: RoutedCall) => Values;
  /**
   * What to do when the row changed under the app, in a field that it now writes: "refuse" (409
   * stale-write, the default) or "overwrite".
   */
  stale?: "refuse" | "overwrite";
  answer?: (row: Row, call: RoutedCall) => Maybe<unknown>;
}

export interface DeleteRoute extends Answering {
  delete: string;
  action?: string;
  id?: (call: RoutedCall) => string;
}

export interface GroupRoute extends Answering {
  /** Several writes, all or nothing. */
  group: (call: RoutedCall) => Maybe<Mutation[]>;
  /** Default: the accepted entries. */
  answer?: (accepted: AcceptedGroup, call: RoutedCall) => Maybe<unknown>;
}

export interface OnlineRoute {
  /** The action's name. Goes to the app's API when the cloud is there, and is refused otherwise. */
  online: string;
}

/** What a route can be; it is exactly one of them. */
export const verbs = ["list", "read", "create", "update", "delete", "group", "online"] as const;
type Verb = (typeof verbs)[number];
type Only<OneVerb extends Verb, T> = T & { [Other in Exclude<Verb, OneVerb>]?: undefined };

export type Route =
  | Only<"list", ListRoute>
  | Only<"read", ReadRoute>
  | Only<"create", CreateRoute>
  | Only<"update", UpdateRoute>
  | Only<"delete", DeleteRoute>
  | Only<"group", GroupRoute>
  | Only<"online", OnlineRoute>;

export interface QueryNames {
  /** The number of the page, from `firstPage`. */
  page?: string;
  firstPage?: 0 | 1;
  /** How many rows a page has; also without a page: how many at most. */
  size?: string;
  offset?: string;
  /** A field's name; with a leading "-" downwards. */
  sort?: string;
  search?: string;
  /** Parameters that are neither of these nor fields. */
  ignore?: string[];
}

export interface ListedRows {
  rows: Row[];
  /** How many there are in all. */
  total: number;
  offset: number;
  /** null: all of them were wanted. */
  limit: number | null;
}

export interface RoutingOptions {
  routes: Routes;
  /** The address below which the routes lie. Default: axios' baseURL, else this page's origin. */
  base?: string;
}

/** The usual five calls of a REST collection, as routes. */
export function resource(
  path: `/${string}`,
  entityType: string,
  shape: {
    query?: ListRoute["query"];
    /** A row as the API gives it. */
    row?: (row: Row) => unknown;
    /** A body of the API as the table's values. */
    values?: (body: Json) => Values;
  } = {},
): Routes {
  const { query, row, values } = shape;
  const answer = row === undefined ? {} : { answer: (found: Row) => row(found) };
  const payload = values === undefined ? {} : { payload: (call: RoutedCall) => values(call.body) };
  const one = `${path}/:id` as const;
  return {
    [`GET ${path}`]: {
      list: entityType,
      ...(query === undefined ? {} : { query }),
      ...(row === undefined ? {} : { answer: (page: ListedRows) => page.rows.map(row) }),
    },
    [`GET ${one}`]: { read: entityType, ...answer },
    [`POST ${path}`]: { create: entityType, ...payload, ...answer },
    [`PUT ${one}`]: { update: entityType, ...payload, ...answer },
    [`PATCH ${one}`]: { update: entityType, ...payload, ...answer },
    [`DELETE ${one}`]: { delete: entityType },
  } satisfies Record<string, Route>;
}
