// RFC 4180 records with the text they were read from, so that nothing of a line is lost.

/**
 * @param {string} text
 * @returns {Generator<{ cells: string[], raw: string }>}
 * Fields may be quoted, hold commas, line ends and doubled quotes. Empty lines are left out.
 */
export function* records(text) {
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const start = at;
    const cells = [];
    for (;;) {
      const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at);
      cells.push(cell);
      at = end;
      if (text[at] !== ",") break;
      at += 1;
    }
    const raw = text.slice(start, at);
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    if (raw !== "") yield { cells, raw };
  }
}

/** @returns {[string, number]} the cell, and where the comma or line end after it is */
function plain(text, start) {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r")
    end += 1;
  return [text.slice(start, end), end];
}

/** @returns {[string, number]} what follows a closing quote is kept as it stands */
function quoted(text, start) {
  let cell = "";
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return [cell + text.slice(from), text.length];
    cell += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const [rest, end] = plain(text, quote + 1);
      return [cell + rest, end];
    }
    cell += '"';
    from = quote + 2;
  }
}
