// What `slipway serve` says on its standard output when it listens. Pure.

export interface ReadyLine {
  url: string;
  tokenFile: string;
}

/** Null: another line than that. */
export function parseReadyLine(line: string): ReadyLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { event, url, tokenFile } = value as Record<string, unknown>;
  if (event !== "listening" || typeof url !== "string" || typeof tokenFile !== "string")
    return null;
  return { url, tokenFile };
}

/** Gathers text into lines; the last one stays until its end has come. */
export function createLines(onLine: (line: string) => void, lineMax = 10_000) {
  let rest = "";
  return (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, lineMax);
    for (const line of lines) if (line.trim() !== "") onLine(line.slice(0, lineMax));
  };
}
