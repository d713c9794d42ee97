// What TypeScript tests use of proxy.mjs.

export class Proxy {
  constructor(target: () => string);
  readonly url: string;
  /** Of pushes seen so far. */
  pushes: number;
  open(): Promise<this>;
  shut(): Promise<void>;
  cutAll(): void;
}
