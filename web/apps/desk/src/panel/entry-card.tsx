// One entry of the queue: what, when, why it waits, how often it was tried, and what can be done.

import type { Entry } from "@slipway/client";
import { useState } from "react";
import { numberOf } from "../freight/entities";
import { formatAgo, formatDateTime, formatWait } from "../freight/format";
import { useNames } from "../freight/names";
import { showValue } from "../freight/show";
import { asProblem, useNow, useSync } from "../sync/context";
import { locale, texts, word } from "../texts";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icons";
import { useToast } from "../ui/toast";
import { ConflictColumns } from "./conflict-columns";
import { DiscardDialog } from "./discard-dialog";
import { EntryDetails } from "./entry-details";

const hiddenFields = new Set(["id", "createdAt", "updatedAt"]);
const shownChanges = 4;

const icons: Record<Entry["status"], IconName> = {
  PENDING: "clock",
  PROCESSING: "sync",
  CONFLICT: "alert",
  ERROR: "alert",
  DISCARDING: "clock",
  SUCCESS: "check",
  DISCARDED: "close",
};

export function EntryCard({ entry }: { entry: Entry }) {
  const [expanded, setExpanded] = useState(false);
  const rowName = useNames(entry.entityType, [entry.entityId])(entry.entityId);
  const label = rowName ?? numberOf(entry.entityType, entry.entityId, entry.payload).label;
  const what = texts.entity[entry.entityType] ?? entry.entityType;
  const parked = entry.status === "CONFLICT" || entry.status === "ERROR";
  return (
    <article className={`entry entry-${entry.status.toLowerCase()}`}>
      <header>
        <span className="entry-icon" title={texts.panel.status[entry.status]}>
          <Icon name={icons[entry.status]} size={16} />
        </span>
        <h4>
          {texts.panel.op[entry.op](what)} <span className="entry-label">{label}</span>
        </h4>
        <EntryTime entry={entry} />
      </header>
      {entry.conflict === null && entry.op === "update" && <Changes entry={entry} />}
      {parked && entry.errorMessage !== null && entry.conflict === null && (
        <p className="entry-error">{entry.errorMessage}</p>
      )}
      {entry.conflict !== null && parked && <ConflictColumns entry={entry} />}
      <EntryWhy entry={entry} />
      <EntryActions
        entry={entry}
        label={label}
        expanded={expanded}
        onExpand={() => setExpanded(!expanded)}
      />
      {expanded && <EntryDetails entry={entry} />}
    </article>
  );
}

function EntryTime({ entry }: { entry: Entry }) {
  const now = useNow(15_000);
  return (
    <time dateTime={entry.createdAt} title={formatDateTime(entry.createdAt, locale)}>
      {formatAgo(entry.createdAt, now, locale)}
    </time>
  );
}

function Changes({ entry }: { entry: Entry }) {
  const fields = Object.keys(entry.payload).filter((name) => !hiddenFields.has(name));
  return (
    <dl className="changes">
      {fields.slice(0, shownChanges).map((field) => (
        <div key={field}>
          <dt>{word(field)}</dt>
          <dd>
            <span className="was">{showValue(field, entry.base[field], entry.base)}</span>
            <Icon name="arrow" size={12} />
            <span>{showValue(field, entry.payload[field], entry.payload)}</span>
          </dd>
        </div>
      ))}
      {fields.length > shownChanges && <div>+{fields.length - shownChanges}</div>}
    </dl>
  );
}

/** Why it waits, with a countdown that runs here; closed entries say what became of them. */
function EntryWhy({ entry }: { entry: Entry }) {
  const now = useNow(1000);
  const [since, setSince] = useState({ why: entry.why, at: now });
  if (since.why !== entry.why) setSince({ why: entry.why, at: now });
  const parts: string[] = [];
  if (entry.why === null) parts.push(texts.panel.status[entry.status] ?? entry.status);
  else if (entry.status !== "CONFLICT") parts.push(entry.why.text);
  const wait = entry.why?.nextAttemptInMs ?? null;
  if (wait !== null) {
    const left = wait - (now - since.at);
    if (left > 0) parts.push(texts.panel.nextTry(formatWait(left)));
  }
  if (entry.attempts > 0) parts.push(texts.panel.attempts(entry.attempts));
  if (entry.groupId !== null && (entry.groupSize ?? 0) > 1) {
    parts.push(texts.panel.group(entry.groupSize ?? 0));
  }
  return <p className="entry-why">{parts.join(" · ")}</p>;
}

interface EntryActionsProps {
  entry: Entry;
  label: string;
  expanded: boolean;
  onExpand: () => void;
}

function EntryActions({ entry, label, expanded, onExpand }: EntryActionsProps) {
  const { client } = useSync();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const open = entry.why !== null && entry.status !== "DISCARDING";
  const parked = entry.status === "CONFLICT" || entry.status === "ERROR";
  const canRetry = parked || entry.why?.code === "backoff";
  const canForce =
    entry.status === "CONFLICT" &&
    entry.groupId === null &&
    (entry.conflict?.server ?? null) !== null;
  const retry = () => {
    setBusy(true);
    (canForce ? client.force(entry.id) : client.retry(entry.id))
      .then(
        () => toast(texts.panel.retried),
        (error: unknown) => toast(asProblem(error).message),
      )
      .finally(() => setBusy(false));
  };
  return (
    <div className="entry-actions">
      {canRetry && (
        <Button disabled={busy} onClick={retry}>
          {canForce ? texts.panel.keepMine : texts.panel.retry}
        </Button>
      )}
      {open && (
        <Button look={parked ? "plain" : "ghost"} onClick={() => setDiscarding(true)}>
          {canForce ? texts.panel.takeTheirs : texts.panel.discard}
        </Button>
      )}
      <Button look="ghost" aria-expanded={expanded} onClick={onExpand}>
        {expanded ? texts.panel.hide : texts.panel.details}
      </Button>
      {discarding && (
        <DiscardDialog entry={entry} label={label} onClose={() => setDiscarding(false)} />
      )}
    </div>
  );
}
