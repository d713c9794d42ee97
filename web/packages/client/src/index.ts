export * from "./client";
export { type EventsOptions, type LinkState } from "./events";
export { SyncProblem, unreachable } from "./problem";
export { createSseParser, type ServerSentEvent } from "./sse";
export * from "./types";
