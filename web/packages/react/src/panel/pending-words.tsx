import { useSync } from "../context.js";
import { useNow } from "../hooks/use-time.js";
import type { PendingDecision } from "../store/decisions.js";

/** "Keep mine: goes out in 8 s" */
export function PendingWords({ decision }: { decision: PendingDecision }) {
  const { texts } = useSync();
  const now = useNow(500);
  const seconds = Math.max(0, Math.ceil((decision.sendsAt - now) / 1000));
  return (
    <strong className="sw-pending">
      {decision.state === "sending"
        ? texts.entry.sendingDecision(decision.what)
        : texts.entry.decided(decision.what, seconds)}
    </strong>
  );
}
