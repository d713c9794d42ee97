// Finds a call's route. Pure. Parts that are written out win over parts that have a name, so the
// table's order does not matter.

import { type Method, type Route, type Routes, verbs } from "./routes.js";

export interface Match {
  route: Route;
  method: Method;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
}

export type Matcher = (method: string, url: string, base: string) => Match | null;

interface Compiled {
  key: string;
  method: string;
  parts: string[];
  route: Route;
}

/** Throws where the table is wrong: a mistake of the program, to be seen at its start. */
export function createMatcher(routes: Routes): Matcher {
  const compiled = Object.entries(routes).map(([key, route]) => compile(key, route));
  compiled.sort((a, b) => rank(b).localeCompare(rank(a)));
  const shapes = new Map<string, string>();
  for (const { key, method, parts } of compiled) {
    const shape = [method, ...parts.map((part) => (isName(part) ? ":" : part))].join("/");
    const other = shapes.get(shape);
    if (other !== undefined) throw new Error(`Two routes mean the same calls: ${other} and ${key}`);
    shapes.set(shape, key);
  }
  return (method, url, base) => {
    const below = pathBelow(url, base);
    if (below === null) return null;
    const parts = split(below.pathname);
    const wanted = method.toUpperCase();
    for (const candidate of compiled) {
      const params = candidate.method === wanted ? fit(candidate.parts, parts) : null;
      if (params === null) continue;
      const { route } = candidate;
      return { route, method: wanted as Method, path: below.pathname, params, query: below.query };
    }
    return null;
  };
}

function compile(key: string, route: Route): Compiled {
  const [method, path, ...rest] = key.split(" ");
  if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(method ?? "") || !path?.startsWith("/")) {
    throw new Error(`A route is named like “GET /shipments/:id”, not “${key}”`);
  }
  const known = verbs.filter((verb) => route[verb] !== undefined);
  if (rest.length > 0 || known.length !== 1) {
    throw new Error(`The route “${key}” needs exactly one of: ${verbs.join(", ")}`);
  }
  return { key, method: method ?? "", parts: split(path), route };
}

const isName = (part: string) => part.startsWith(":");

/** Sorts written-out parts before names, from the left. */
function rank({ parts }: Compiled): string {
  return parts.map((part) => (isName(part) ? "0" : "1")).join("");
}

function split(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function fit(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const found = decoded(parts[index] ?? "");
    if (isName(wanted)) params[wanted.slice(1)] = found;
    else if (wanted !== found) return null;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % is a name like any other
  }
}

function absolute(url: string): URL | null {
  const page = globalThis.location?.href;
  const start = page === undefined || page.startsWith("about:") ? "http://localhost/" : page;
  return URL.canParse(url, start) ? new URL(url, start) : null;
}

function pathBelow(url: string, base: string): { pathname: string; query: URLSearchParams } | null {
  const [called, root] = [absolute(url), absolute(base === "" ? "/" : base)];
  if (called === null || root === null) return null;
  if (called.protocol !== root.protocol || called.host !== root.host) return null;
  const prefix = root.pathname.replace(/\/+$/, "");
  if (called.pathname !== prefix && !called.pathname.startsWith(`${prefix}/`)) return null;
  return { pathname: called.pathname.slice(prefix.length) || "/", query: called.searchParams };
}
