// Whether an action is possible now, and if not, why not.

import type { Capabilities, SyncStatus } from "@slipway/client";
import { useSnapshot, useSync } from "../context.js";
import type { Texts } from "../texts/en.js";

export interface Capability {
  allowed: boolean;
  /** Allowed, but it would wait for the cloud. */
  queues: boolean;
  /** Why it is not allowed, for people; null where it is. */
  reason: string | null;
}

/**
 * An action of the service by its name ("APPROVE_QUOTE"), or one of the app's own that goes straight
 * to the cloud ("UPLOAD_DOCUMENT"): the latter is allowed while the cloud is there.
 */
export function useCapability(action: string, entityType?: string): Capability {
  const { status, capabilities } = useSnapshot();
  const { texts } = useSync();
  return capabilityOf(capabilities, status, texts, action, entityType);
}

export function capabilityOf(
  capabilities: Capabilities | null,
  status: SyncStatus | null,
  texts: Texts,
  action: string,
  entityType?: string,
): Capability {
  const known = capabilities?.actions.find(
    (own) => own.action === action && (entityType ?? own.entityType) === own.entityType,
  );
  if (known !== undefined) {
    const { allowed, queues, reason } = known;
    return { allowed, queues, reason: allowed ? null : (reason ?? texts.needsCloudNow) };
  }
  const online = status?.connection === "online";
  return { allowed: online, queues: false, reason: online ? null : texts.needsCloudNow };
}
