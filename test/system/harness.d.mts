// What TypeScript tests use of harness.mjs.

import type { ChildProcess } from "node:child_process";

type Body = Record<string, unknown>;

export function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds?: number,
): Promise<NonNullable<T>>;

export interface Running {
  child: ChildProcess;
  stdout: string;
  stderr: string;
  code: number | string | null;
  ended: Promise<number | string>;
  signal(name: NodeJS.Signals, seconds?: number): Promise<{ code: number | string }>;
}

export class World {
  path(name: string): string;
  write(name: string, content: string, mode?: number): string;
  onClose(close: () => unknown): void;
  onExit(end: () => void): void;
  spawn(program: string, args: string[], options?: object): Running;
  run(
    program: string,
    args: string[],
    options?: object,
  ): Promise<{ code: number | string; stdout: string; stderr: string }>;
  freight(name: string, args?: string[]): Promise<string>;
  cloud(name?: string): Cloud;
  desk(
    name: string,
    options: {
      database?: string;
      cloud?: string;
      token?: string;
      args?: string[];
      environment?: Record<string, string>;
    },
  ): Promise<Desk>;
  close(): Promise<void>;
}

export class Cloud {
  url: string;
  running: Running;
  start(): Promise<this>;
  stop(): Promise<unknown>;
  kill(): Promise<unknown>;
  token(device: string, tenant?: string): Promise<string>;
}

export class Desk {
  name: string;
  database: string;
  url: string;
  token: string;
  running: Running;
  start(): Promise<this>;
  stop(): Promise<unknown>;
  kill(): Promise<unknown>;
  freeze(): Promise<void>;
  wake(): boolean;
  create(entityType: string, entityId: string, payload: Body): Promise<Body>;
  update(entityType: string, entityId: string, payload: Body): Promise<Body>;
  delete(entityType: string, entityId: string): Promise<Body>;
  simulateOffline(on: boolean): Promise<Body>;
  drained(seconds?: number): Promise<Body>;
  status(): Promise<Body>;
  rows(entityType: string): Promise<Map<string, { values: Body }>>;
  row(entityType: string, entityId: string): Promise<{ values: Body } | null>;
}
