// What stands in the databases, read with SQL past every line of the product's code.

const script = `
import json, sqlite3, sys
database = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True, timeout=20)
database.row_factory = sqlite3.Row
print(json.dumps([[dict(row) for row in database.execute(query)] for query in sys.argv[2:]]))
`;

/** The rows of each query, as objects, in the order in which they were asked for. */
export async function sql(world, file, ...queries) {
  const asked = await world.run("/usr/bin/env", ["python3", "-c", script, file, ...queries]);
  if (asked.code !== 0) throw new Error(`${queries.join("; ")}: ${asked.stderr}`);
  return JSON.parse(asked.stdout);
}
