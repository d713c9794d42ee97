// What TypeScript tests use of proxy.mjs.

/** One of faults.mjs. */
export type Fault = object;

export class Proxy {
  constructor(target: () => string);
  readonly url: string;
  /** null: all passes. */
  fault: Fault | null;
  /** Of pushes seen so far. */
  pushes: number;
  open(): Promise<this>;
  shut(): Promise<void>;
  cutAll(): void;
}
