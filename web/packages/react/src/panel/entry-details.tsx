// One entry in full, in front of the list: what it changes, why it waits, every attempt, and what can
// be done about it.

import type { Attempt, EntryDetail } from "@slipway/client";
import type { ReactNode } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useEntry } from "../hooks/use-queue.js";
import { formatDateTime } from "../present/format.js";
import { fieldName, showsField } from "../present/presentation.js";
import { outcomeSaid, SaidText } from "../present/said.js";
import { Value } from "../present/value.js";
import { decisionOn } from "../store/decisions.js";
import { Button } from "../ui/button.js";
import { Icon } from "../ui/icons.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import { EntryActions } from "./entry-actions.js";
import { EntryTime, EntryTitle, StatusIcon, WhyWords } from "./entry-words.js";
import { Front } from "./front.js";
import { usePanel } from "./panel-state.js";
import { PendingWords } from "./pending-words.js";

export function EntryDetails({ id, onBack }: { id: number; onBack: () => void }) {
  const { texts } = useSync();
  const { data, problem, reload } = useEntry(id);
  return (
    <Front
      label={texts.entry.details}
      title={data === null ? `#${id}` : <EntryTitle entry={data} known={data.payload} />}
      before={data !== null && <StatusIcon status={data.status} />}
      after={data !== null && <EntryTime at={data.createdAt} />}
      onBack={onBack}
    >
      {problem !== null && <ProblemLine problem={problem} retry={reload} />}
      {data === null && problem === null && <Skeleton lines={6} />}
      {data !== null && <Body entry={data} />}
    </Front>
  );
}

function Body({ entry }: { entry: EntryDetail }) {
  const { texts, present } = useSync();
  const { decisions } = useSnapshot();
  const panel = usePanel();
  const decision = decisionOn(decisions, entry);
  const outcome = outcomeSaid(entry, texts);
  const behind = entry.why?.root ?? entry.why?.behind ?? null;
  return (
    <>
      <div className="sw-details-state">
        <p>
          {decision === undefined ? (
            <StateWords entry={entry} />
          ) : (
            <PendingWords decision={decision} />
          )}
        </p>
        {outcome !== null && entry.conflict === null && (
          <p className="sw-bad">
            <SaidText said={outcome} />
          </p>
        )}
        <div className="sw-details-actions">
          <EntryActions entry={entry} decision={decision} />
          {behind !== null && (
            <Button onClick={() => panel.showEntry(behind)}>{texts.entry.goTo(behind)}</Button>
          )}
          {present.open && entry.op !== "delete" && (
            <Button look="ghost" onClick={() => present.open?.(entry.entityType, entry.entityId)}>
              {texts.entry.openRecord}
            </Button>
          )}
        </div>
      </div>
      <Fields entry={entry} />
      <Given entry={entry} />
      <Timeline attempts={entry.attemptLog} />
      <Part title={texts.entry.facts}>
        <p className="sw-mono sw-faint">
          #{entry.id} · {entry.action} · {entry.entityType}/{entry.entityId} ·{" "}
          {entry.clientRequestId}
        </p>
      </Part>
    </>
  );
}

function StateWords({ entry }: { entry: EntryDetail }) {
  const { texts } = useSync();
  const groupSize = entry.groupId === null ? 1 : entry.groupSize;
  return (
    <>
      {entry.why === null ? texts.entry.status[entry.status] : <WhyWords why={entry.why} />}
      {entry.attempts > 0 && <> · {texts.entry.attempts(entry.attempts)}</>}
      {groupSize > 1 && <> · {texts.entry.group(groupSize)}</>}
      {entry.holds > 0 && <> · {texts.entry.holds(entry.holds)}</>}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="sw-part">
      <h4>{title}</h4>
      {children}
    </div>
  );
}

function Fields({ entry }: { entry: EntryDetail }) {
  const { texts, present } = useSync();
  const { entityType, payload, base, op } = entry;
  const values = op === "delete" ? base : payload;
  const fields = Object.keys(values).filter((field) => showsField(present, field, entityType));
  if (fields.length === 0) return null;
  return (
    <Part title={op === "update" ? texts.entry.changes : texts.entry.written}>
      <dl className="sw-fields">
        {fields.map((field) => (
          <div key={field}>
            <dt>{fieldName(present, field, entityType)}</dt>
            <dd>
              {op === "update" && (
                <>
                  <span className="sw-was">
                    <Value
                      entityType={entityType}
                      field={field}
                      value={base[field]}
                      values={base}
                    />
                  </span>
                  <Icon name="arrow" size={13} />
                </>
              )}
              <Value entityType={entityType} field={field} value={values[field]} values={values} />
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

/** What the entry left to the other side, and got from it: the number of a new row, say. */
function Given({ entry }: { entry: EntryDetail }) {
  const { texts, present } = useSync();
  const { entityType, receipt } = entry;
  const given = Object.entries(receipt?.assigned ?? {});
  if (given.length === 0) return null;
  return (
    <Part title={texts.entry.given}>
      <dl className="sw-fields">
        {given.map(([field, value]) => (
          <div key={field}>
            <dt>{fieldName(present, field, entityType)}</dt>
            <dd>
              <Value entityType={entityType} field={field} value={value} values={entry.payload} />
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Timeline({ attempts }: { attempts: readonly Attempt[] }) {
  const { texts } = useSync();
  return (
    <Part title={texts.entry.timeline}>
      {attempts.length === 0 && <p className="sw-faint">{texts.entry.noAttempts}</p>}
      <ol className="sw-timeline">
        {attempts.map((attempt) => (
          <li key={attempt.id} className={`sw-attempt-${toneOf(attempt)}`}>
            <AttemptWords attempt={attempt} />
          </li>
        ))}
      </ol>
    </Part>
  );
}

function AttemptWords({ attempt }: { attempt: Attempt }) {
  const { texts, locale } = useSync();
  const { outcome, kind, detail, sentAt } = attempt;
  return (
    <>
      <time dateTime={sentAt}>{formatDateTime(sentAt, locale)}</time>
      <span>
        {texts.entry.attempt[kind]}: {texts.outcomes[outcome] ?? outcome}
        {detail !== null && detail !== "" && (
          <span className="sw-faint" lang="en">
            {" "}
            {detail}
          </span>
        )}
      </span>
    </>
  );
}

function toneOf({ outcome }: Attempt): "good" | "bad" | "warn" {
  if (outcome === "applied" || outcome === "merged" || outcome === "voided") return "good";
  return outcome === "conflict" || outcome === "rejected" || outcome === "invalid" ? "bad" : "warn";
}
