// A three-way merge of texts, by lines, and of a single line by words: the changes of both sides where
// they do not touch each other. Pure.

const piecesMax = 400; // the comparison takes the square of it

/** Null where both sides changed the same place, or where the texts are too long to compare. */
export function mergedText(base: string, local: string, server: string): string | null {
  const byLine = /\n/.test(base) || /\n/.test(local) || /\n/.test(server);
  const split = (text: string) => text.match(byLine ? /[^\n]*\n|[^\n]+$/g : /\s+|\S+/g) ?? [];
  const merged = mergedPieces(split(base), split(local), split(server));
  return merged === null ? null : merged.join("");
}

interface Change {
  /** Which pieces of the base are replaced: from `start` to before `end`. */
  start: number;
  end: number;
  pieces: string[];
}

function mergedPieces(base: string[], local: string[], server: string[]): string[] | null {
  if (Math.max(base.length, local.length, server.length) > piecesMax) return null;
  const mine = changesBetween(base, local);
  const theirs = changesBetween(base, server);
  if (mine.some((change) => theirs.some((other) => touch(change, other)))) return null;
  const all = [...mine, ...theirs].sort((a, b) => a.start - b.start);
  const merged: string[] = [];
  let at = 0;
  for (const change of all) {
    merged.push(...base.slice(at, change.start), ...change.pieces);
    at = change.end;
  }
  return [...merged, ...base.slice(at)];
}

/** Neighbours touch as well: who can say in which order they were meant. */
function touch(a: Change, b: Change): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function changesBetween(base: string[], other: string[]): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const [atBase, atOther] of [...commonPieces(base, other), [base.length, other.length]]) {
    if (atBase === undefined || atOther === undefined) continue;
    if (i < atBase || j < atOther) {
      changes.push({ start: i, end: atBase, pieces: other.slice(j, atOther) });
    }
    [i, j] = [atBase + 1, atOther + 1];
  }
  return changes;
}

/** The longest common subsequence, as pairs of places. */
function commonPieces(a: string[], b: string[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row === undefined) continue;
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
