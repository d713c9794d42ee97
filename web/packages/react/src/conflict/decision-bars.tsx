// Decisions that go out in a few seconds, each with a way back.

import { useSnapshot, useSync } from "../context.js";
import { useNow } from "../hooks/use-time.js";
import { type PendingDecision, secondsLeft } from "../store/decisions.js";
import { Button } from "../ui/button.js";
import { Icon } from "../ui/icons.js";
import { useTakeBack } from "./use-decide.js";

export function DecisionBars() {
  const snapshot = useSnapshot();
  const decisions = snapshot.decisions.filter(({ state }) => state !== "sent");
  return (
    <div className="sw-toast-list">
      {decisions.map((decision) => (
        <DecisionBar key={decision.entryId} decision={decision} />
      ))}
      <span className="sw-hidden" role="status">
        {decisions.length === 0 ? "" : decisions.map(about).join(". ")}
      </span>
    </div>
  );
}

function about({ about, what }: PendingDecision): string {
  return `${about}: ${what}`;
}

function DecisionBar({ decision }: { decision: PendingDecision }) {
  const { store, texts } = useSync();
  const takeBack = useTakeBack();
  const sending = decision.state === "sending";
  return (
    <div className="sw-toast sw-toast-decision">
      <Icon name={sending ? "sync" : "clock"} size={16} />
      <span className="sw-toast-text">
        {about(decision)}
        <SecondsLeft decision={decision} />
      </span>
      {!sending && (
        <>
          <Button look="ghost" icon="undo" onClick={() => takeBack(decision.entryId)}>
            {texts.entry.undo}
          </Button>
          <Button look="ghost" onClick={() => store.decisions.sendNow(decision.entryId)}>
            {texts.entry.sendNow}
          </Button>
        </>
      )}
    </div>
  );
}

/** Not read out: it changes every second. */
function SecondsLeft({ decision }: { decision: PendingDecision }) {
  const { texts } = useSync();
  const now = useNow(250);
  const seconds = secondsLeft(decision, now);
  return (
    <small aria-hidden="true">
      {decision.state === "sending" ? texts.entry.status.PROCESSING : texts.undo.bar(seconds)}
    </small>
  );
}
