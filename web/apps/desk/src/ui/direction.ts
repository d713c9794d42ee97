/**
 * The `dir` of an input: what was typed runs as its own letters do, whatever the page; one that is
 * empty runs as the page does.
 */
export const directionOf = (typed: string) => (typed === "" ? undefined : "auto");
