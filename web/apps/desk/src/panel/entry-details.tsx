// Behind "Details": the attempts as a timeline, and the entry's own facts for support.

import type { Attempt, Entry } from "@slipway/client";
import { formatDateTime } from "../freight/format";
import { useLoaded, useSnapshot, useSync } from "../sync/context";
import { locale, texts, word } from "../texts";
import { showValue } from "../freight/show";
import { ProblemLine } from "../ui/states";

export function EntryDetails({ entry }: { entry: Entry }) {
  const { client } = useSync();
  const { queueTick } = useSnapshot();
  const { data, problem } = useLoaded(
    (signal) => client.entry(entry.id, { signal }),
    [entry.id],
    queueTick,
  );
  const created = Object.entries(entry.payload).filter(
    ([name, value]) => name !== "id" && name !== "updatedAt" && value !== null,
  );
  return (
    <div className="entry-details">
      {problem !== null && <ProblemLine problem={problem} />}
      {data !== null && data.attemptLog.length === 0 && (
        <p className="faint">{texts.panel.noAttempts}</p>
      )}
      <ol className="timeline">
        {data?.attemptLog.map((attempt) => (
          <li key={attempt.id}>
            <AttemptLine attempt={attempt} />
          </li>
        ))}
      </ol>
      {entry.op === "create" && (
        <dl className="facts">
          {created.map(([name, value]) => (
            <div key={name}>
              <dt>{word(name)}</dt>
              <dd>{showValue(name, value, entry.payload)}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="faint mono">
        #{entry.id} · {entry.action} · {entry.clientRequestId}
      </p>
    </div>
  );
}

function AttemptLine({ attempt }: { attempt: Attempt }) {
  return (
    <>
      <time dateTime={attempt.sentAt}>{formatDateTime(attempt.sentAt, locale)}</time>
      <span>
        {texts.panel.kind[attempt.kind]}: {attempt.outcome ?? texts.panel.attemptRunning}
        {attempt.detail !== null && attempt.detail !== "" && (
          <span className="faint"> {attempt.detail}</span>
        )}
      </span>
    </>
  );
}
