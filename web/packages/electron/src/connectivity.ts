// Hints for the service: the machine woke up, the network came or went. Hints, never proof: the service
// finds out for itself, only sooner.

import { type ConnectivityHints, createSyncClient } from "@slipway/client";
import type { PowerMonitor } from "electron";
import type { Network } from "./channels.js";
import type { Log } from "./log.js";
import type { Service } from "./service.js";

interface ConnectivityParts {
  powerMonitor: Pick<PowerMonitor, "on" | "removeListener">;
}

export interface Connectivity {
  network(network: Network): void;
  end(): void;
}

export function watchConnectivity(
  { powerMonitor }: ConnectivityParts,
  { service, log }: { service: Service; log: Log },
): Connectivity {
  const send = (hints: ConnectivityHints) => {
    log.write("info", "connectivity", { ...hints });
    const state = service.state();
    if (state.state !== "ready") return; // one that starts looks by itself
    createSyncClient(state)
      .connectivity(hints)
      .catch((error: unknown) => log.write("warn", "hint-not-taken", { error: String(error) }));
  };
  const suspended = () => log.write("info", "suspended");
  const resumed = () => {
    service.forgiveSilence();
    send({ resumed: true });
  };
  const unlocked = () => send({ network: "changed" });
  powerMonitor.on("suspend", suspended);
  powerMonitor.on("resume", resumed);
  powerMonitor.on("unlock-screen", unlocked);
  return {
    network: (network) => send({ network }),
    end: () => {
      powerMonitor.removeListener("suspend", suspended);
      powerMonitor.removeListener("resume", resumed);
      powerMonitor.removeListener("unlock-screen", unlocked);
    },
  };
}
