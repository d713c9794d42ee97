// Rows that a restored cloud no longer has as they were, written by others: for a person to look at.

import { asProblem, type LostDecided, type LostRow } from "@slipway/client";
import { useState } from "react";
import { useDataTick } from "../hooks/use-entities.js";
import { useSnapshot, useSync } from "../context.js";
import { useLoaded } from "../hooks/use-loaded.js";
import { entityName, fieldName, showsField } from "../present/presentation.js";
import { RowName, Value } from "../present/value.js";
import { Button } from "../ui/button.js";
import { Icon } from "../ui/icons.js";
import { ProblemLine, problemWords, Skeleton } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { Front } from "./front.js";

const readMost = 200;

export function LostRows({ onBack }: { onBack: () => void }) {
  const { client, texts } = useSync();
  const { status } = useSnapshot();
  const tick = useDataTick() + (status?.lost ?? 0);
  const { data, problem, reload } = useLoaded(
    (signal) => client.lost.list({ limit: readMost, signal }),
    [client],
    tick,
  );
  return (
    <Front label={texts.lost.title} title={texts.lost.title} onBack={onBack}>
      <p>{texts.lost.intro}</p>
      {problem !== null && <ProblemLine problem={problem} retry={reload} />}
      {data === null && problem === null && <Skeleton lines={4} />}
      {data?.total === 0 && <p className="sw-faint">{texts.lost.nothing}</p>}
      <ul className="sw-cards">
        {data?.lost.map((row) => (
          <li key={row.id}>
            <LostCard row={row} onDecided={reload} />
          </li>
        ))}
      </ul>
    </Front>
  );
}

function LostCard({ row, onDecided }: { row: LostRow; onDecided: () => void }) {
  const { client, texts, present } = useSync();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const decide = (call: () => Promise<LostDecided>, done: string) => () => {
    setBusy(true);
    call()
      .then(
        () => {
          toast({ text: done });
          onDecided();
        },
        (error: unknown) => {
          const { title, text } = problemWords(asProblem(error), texts);
          toast({ text: `${title}. ${text}`, tone: "bad" });
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <article className="sw-card">
      <h4>
        {entityName(present, row.entityType)}{" "}
        <RowName
          entityType={row.entityType}
          entityId={row.entityId}
          known={row.values ?? row.current ?? {}}
        />
      </h4>
      <Differences row={row} />
      <div className="sw-row-actions">
        <Button
          disabled={busy}
          onClick={decide(() => client.lost.restore(row.id), texts.lost.restored)}
        >
          {texts.lost.restore}
        </Button>
        <Button
          look="ghost"
          disabled={busy}
          onClick={decide(() => client.lost.dismiss(row.id), texts.lost.dismissed)}
        >
          {texts.lost.dismiss}
        </Button>
      </div>
    </article>
  );
}

function Differences({ row }: { row: LostRow }) {
  const { texts, present } = useSync();
  const { entityType, values, current } = row;
  if (values === null || current === null) {
    return (
      <p>
        {texts.lost.was} {values === null ? texts.lost.deleted : texts.row.synced.toLowerCase()},{" "}
        {texts.lost.isNow} {current === null ? texts.lost.absent : texts.row.synced.toLowerCase()}
      </p>
    );
  }
  const fields = Object.keys(values).filter(
    (field) =>
      showsField(present, field, entityType) &&
      JSON.stringify(values[field]) !== JSON.stringify(current[field]),
  );
  return (
    <dl className="sw-fields">
      {fields.map((field) => (
        <div key={field}>
          <dt>{fieldName(present, field, entityType)}</dt>
          <dd>
            <span className="sw-was">
              <Value entityType={entityType} field={field} value={values[field]} values={values} />
            </span>
            <Icon name="arrow" size={13} />
            <Value entityType={entityType} field={field} value={current[field]} values={current} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
