// What must be there before the service can start: the database, and a file for the cloud's token.

import { constants } from "node:fs";
import { access, copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Log } from "@slipway/electron";
import type { Places } from "./settings";

const isThere = (path: string) =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );

/** Never touches what exists. A copy that is cut off is not taken for a database. */
export async function prepare(places: Places, log: Log): Promise<void> {
  await mkdir(dirname(places.database), { recursive: true });
  if (!(await isThere(places.database))) {
    await copyFile(places.emptyDatabase, `${places.database}.new`);
    await rename(`${places.database}.new`, places.database);
    log.write("info", "database-made", { database: places.database });
  }
  if (!(await isThere(places.cloudTokenFile))) {
    await writeFile(places.cloudTokenFile, "", { mode: 0o600 }); // the page asks to sign in
  }
}
