// An entry in words: what it is, what it changes, why it waits.

import type { CompactEntry, Entry, Values, Why } from "@slipway/client";
import { useState } from "react";
import { useSync } from "../context.js";
import { useNow } from "../hooks/use-time.js";
import { formatAgo, formatDateTime, formatWait } from "../present/format.js";
import { actionWords, entityName, fieldName, showsField } from "../present/presentation.js";
import { RowName, Value } from "../present/value.js";
import { Icon, type IconName } from "../ui/icons.js";

const icons: Record<Entry["status"], IconName> = {
  PENDING: "clock",
  PROCESSING: "sync",
  CONFLICT: "split",
  ERROR: "alert",
  DISCARDING: "clock",
  SUCCESS: "check",
  DISCARDED: "close",
};

export function StatusIcon({ status }: { status: Entry["status"] }) {
  const { texts } = useSync();
  return (
    <span
      className={`sw-status-icon sw-is-${status.toLowerCase()}`}
      title={texts.entry.status[status]}
    >
      <Icon name={icons[status]} size={17} />
      <span className="sw-hidden">{texts.entry.status[status]}</span>
    </span>
  );
}

/** "Shipment S-2026-00396 changed" */
export function EntryTitle({ entry, known }: { entry: CompactEntry; known?: Values }) {
  const { present, texts } = useSync();
  const { entityType, entityId } = entry;
  return (
    <>
      {entityName(present, entityType)}{" "}
      <RowName
        entityType={entityType}
        entityId={entityId}
        {...(known === undefined ? {} : { known })}
      />{" "}
      {actionWords(present, texts, entry)}
    </>
  );
}

export function EntryTime({ at }: { at: string }) {
  const { locale } = useSync();
  const now = useNow(15_000);
  return (
    <time dateTime={at} title={formatDateTime(at, locale)}>
      {formatAgo(at, now, locale)}
    </time>
  );
}

/** The first few changes on one line: "Status: Booked → Delivered". */
export function ChangesLine({ entry, most }: { entry: Entry; most: number }) {
  const { present, texts } = useSync();
  const { entityType, base, payload } = entry;
  if (entry.op !== "update") return null;
  const fields = Object.keys(payload).filter((field) => showsField(present, field, entityType));
  return (
    <span className="sw-changes-line">
      {fields.slice(0, most).map((field) => (
        <span key={field}>
          <span className="sw-faint">{fieldName(present, field, entityType)}</span>{" "}
          <Value entityType={entityType} field={field} value={base[field]} values={base} />
          <Icon name="arrow" size={12} />
          <Value entityType={entityType} field={field} value={payload[field]} values={payload} />
        </span>
      ))}
      {fields.length > most && <span>{texts.entry.more(fields.length - most)}</span>}
    </span>
  );
}

/** Why an open entry waits, with a countdown that runs here. */
export function WhyWords({ why }: { why: Why }) {
  const { texts } = useSync();
  // A newer service may know reasons that this page has no words for.
  const known = texts.entry.why[why.code] ?? why.text;
  const words = why.behind === null ? known : texts.entry.behind(why.behind);
  const held = why.root === null ? words : texts.entry.heldBehind(why.root);
  return (
    <span className="sw-why">
      {held}
      {why.nextAttemptInMs !== null && <Countdown key={why.code} ms={why.nextAttemptInMs} />}
    </span>
  );
}

function Countdown({ ms }: { ms: number }) {
  const { texts } = useSync();
  const now = useNow(1000);
  const [since, setSince] = useState({ ms, at: now });
  if (since.ms !== ms) setSince({ ms, at: now });
  const left = since.ms - (now - since.at);
  return left > 0 ? <>, {texts.entry.nextTry(formatWait(left))}</> : null;
}
