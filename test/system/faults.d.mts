// What TypeScript tests use of faults.mjs.

import type { Fault } from "./proxy.mjs";

/** Both ways take so long. */
export function delay(ms: number): Fault;
