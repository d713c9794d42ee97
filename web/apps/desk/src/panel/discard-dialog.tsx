// Asks before anything is dropped, and shows first what would go and what remains (a dry run).

import type { Decision, Entry } from "@slipway/client";
import { useState } from "react";
import { numberOf } from "../freight/entities";
import { showValue } from "../freight/show";
import { asProblem, useLoaded, useSnapshot, useSync } from "../sync/context";
import { texts, word } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { ProblemLine, SkeletonRows } from "../ui/states";
import { useToast } from "../ui/toast";

interface DiscardDialogProps {
  entry: Entry;
  label: string;
  onClose: () => void;
}

export function DiscardDialog({ entry, label, onClose }: DiscardDialogProps) {
  const { client } = useSync();
  const { queueTick } = useSnapshot();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const preview = useLoaded(
    (signal) => client.discard(entry.id, { dryRun: true, signal }),
    [entry.id],
    queueTick,
  );
  const [failed, setFailed] = useState<ReturnType<typeof asProblem> | null>(null);
  const discard = () => {
    setBusy(true);
    // The preview has shown what goes along.
    client.discard(entry.id, { withDependants: true }).then(
      () => {
        toast(texts.panel.discarded);
        onClose();
      },
      (error: unknown) => {
        setFailed(asProblem(error));
        setBusy(false);
      },
    );
  };
  const problem = failed ?? preview.problem;
  const count = preview.data?.entries.length ?? 1;
  return (
    <Dialog
      title={texts.panel.discardTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.panel.keep}</Button>
          <Button look="danger" disabled={busy || preview.data === null} onClick={discard}>
            {texts.panel.discardNow(count)}
          </Button>
        </>
      }
    >
      {problem !== null && <ProblemLine problem={problem} />}
      {preview.data === null && problem === null && <SkeletonRows count={2} />}
      {preview.data !== null && <Preview result={preview.data} entry={entry} label={label} />}
    </Dialog>
  );
}

function Preview({ result, entry, label }: { result: Decision; entry: Entry; label: string }) {
  const labelOf = (type: string, id: string, values: Decision["rows"][number]["values"]) => {
    const own = type === entry.entityType && id === entry.entityId;
    const name = own ? label : numberOf(type, id, values).label;
    return `${texts.entity[type] ?? type} ${name}`;
  };
  return (
    <>
      <p>{texts.panel.discardIntro}</p>
      <ul className="plain-list">
        {result.entries.map((gone) => (
          <li key={gone.id}>
            {texts.panel.op[gone.op](texts.entity[gone.entityType] ?? gone.entityType)}{" "}
            <span className="faint">#{gone.id}</span>
          </li>
        ))}
      </ul>
      {result.rows.length > 0 && <p>{texts.panel.discardRows}</p>}
      <ul className="plain-list">
        {result.rows.map((row) => {
          const name = labelOf(row.entityType, row.entityId, row.values);
          const key = `${row.entityType} ${row.entityId}`;
          const values = row.values;
          if (values === null) return <li key={key}>{texts.panel.rowGone(name)}</li>;
          const own = row.entityId === entry.entityId;
          const fields = own ? Object.keys(entry.payload).filter((field) => field in values) : [];
          if (fields.length === 0) return <li key={key}>{texts.panel.rowSame(name)}</li>;
          return (
            <li key={key}>
              {texts.panel.rowBack(name)}{" "}
              {fields
                .map((field) => `${word(field)} ${showValue(field, values[field], values)}`)
                .join(", ")}
            </li>
          );
        })}
      </ul>
    </>
  );
}
