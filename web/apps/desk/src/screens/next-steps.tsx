// What usually comes next for a record, one click each: a quote is booked, a shipment invoiced, an
// invoice issued. Written here at once, like any save.

import { asProblem, newId, type Row } from "@slipway/client";
import { problemWords, useCapabilities, useSync, useToast } from "@slipway/react";
import { useId, useMemo, useState } from "react";
import { addressOf } from "../app/routes";
import { type DeskEntity, numberOf } from "../freight/entities";
import { type StepName, stepOf, stepsOf } from "../freight/flow";
import { actionFor } from "../freight/mutations";
import { portName } from "../freight/ports";
import { texts } from "../texts";
import { Button } from "../ui/button";
import { createSaver } from "./save";
import { useLeave } from "./use-leave";

interface NextStepsProps {
  entityType: DeskEntity;
  row: Row;
  /** The form has changes that are not saved: a step would be taken on something else than shown. */
  blocked: boolean;
}

export function NextSteps({ entityType, row, blocked }: NextStepsProps) {
  const { client, texts: sync } = useSync();
  const capabilities = useCapabilities();
  const toast = useToast();
  const leave = useLeave();
  const reasonId = useId();
  const [busy, setBusy] = useState(false);
  const save = useMemo(() => createSaver(client), [client]);
  const steps = stepsOf(entityType, row);
  if (steps.length === 0) return null;

  const take = async (name: StepName) => {
    const step = stepOf(name, entityType, row, {
      now: new Date(),
      newId,
      action: (type, op) => actionFor(type, op, capabilities),
      portName,
    });
    setBusy(true);
    try {
      await save(step.mutations);
      toast({ text: texts.steps.done[name](numberOf(entityType, row.entityId, row.values).label) });
      leave.to(addressOf(step.then.entityType, step.then.entityId));
    } catch (error) {
      const { title, text } = problemWords(asProblem(error), sync);
      toast({ text: `${texts.problem.notSaved}: ${title}. ${text}`, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="next-steps">
      {steps.map((name) => (
        <Button
          key={name}
          disabled={busy}
          aria-disabled={blocked}
          aria-describedby={blocked ? reasonId : undefined}
          title={blocked ? texts.steps.saveFirst : undefined}
          onClick={() => {
            if (!blocked) void take(name);
          }}
        >
          {texts.steps[name]}
        </Button>
      ))}
      {blocked && (
        <span id={reasonId} className="visually-hidden">
          {texts.steps.saveFirst}
        </span>
      )}
    </span>
  );
}
