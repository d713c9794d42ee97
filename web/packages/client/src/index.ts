// @slipway/client: the daemon's local API for TypeScript. No framework, no dependency.

export type { CallOptions } from "./caller.js";
export {
  createSyncClient,
  type DryRun,
  type Seen,
  type SyncCalls,
  type SyncClient,
  type SyncClientOptions,
  type WithDependants,
} from "./client.js";
export type { EnqueueOptions } from "./enqueue.js";
export type { EventsOptions, LinkState } from "./events.js";
export { newId } from "./ids.js";
export { type Json, sameJson } from "./json.js";
export {
  actionName,
  createMutation,
  deleteMutation,
  entityOf,
  type MutationOptions,
  sameValue,
  storedTime,
  storedValues,
  updateMutation,
} from "./mutations.js";
export { asProblem, needsCloud, problemOf, SyncProblem, unreachable } from "./problem.js";
export { entryHeader, stateHeader } from "./routing/answer.js";
export type { AxiosAdapterFunction, AxiosOptions } from "./routing/axios.js";
export type { FetchOptions } from "./routing/fetch.js";
export {
  type CreateRoute,
  type DeleteRoute,
  type GroupRoute,
  type ListedRows,
  type ListRoute,
  type Method,
  type OnlineRoute,
  type QueryNames,
  type ReadRoute,
  resource,
  type Route,
  type RoutedCall,
  type RouteKey,
  type Routes,
  type RoutingOptions,
  type UpdateRoute,
} from "./routing/routes.js";
export * from "./types.js";
