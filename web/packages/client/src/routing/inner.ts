// What the routing needs of the client: its calls, and reads that do not count as shown to the user.

import type { SyncCalls } from "../client.js";
import type { SeenRows } from "../seen.js";

export interface Inner {
  sync: SyncCalls;
  seen: SeenRows;
  readRow: SyncCalls["data"]["get"];
  readRows: SyncCalls["data"]["list"];
}
