import { useSync } from "../context.js";
import { useNow } from "../hooks/use-time.js";
import { type PendingDecision, secondsLeft } from "../store/decisions.js";

/** "Keep mine: goes out in 8 s" */
export function PendingWords({ decision }: { decision: PendingDecision }) {
  const { texts } = useSync();
  const now = useNow(500);
  const seconds = secondsLeft(decision, now);
  return (
    <strong className="sw-pending">
      {decision.state === "counting"
        ? texts.entry.decided(decision.what, seconds)
        : texts.entry.sendingDecision(decision.what)}
    </strong>
  );
}
