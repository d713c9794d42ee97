// The daemon's list of entity types and actions, asked for once.

import type { Capabilities } from "@slipway/client";
import { useLoaded, useSnapshot, useSync } from "../sync/context";

export function useCapabilities(): Capabilities | null {
  const { client } = useSync();
  const { link } = useSnapshot();
  const tick = link === "open" ? 1 : 0; // a daemon that comes back may have a newer schema
  return useLoaded((signal) => client.capabilities({ signal }), [client], tick).data;
}
