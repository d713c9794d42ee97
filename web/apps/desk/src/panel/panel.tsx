// The sync panel: a drawer beside the page. What needs the user first, then what waits, then what
// was done lately.

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { formatAgo } from "../freight/format";
import { asProblem, useNow, useSnapshot, useSync } from "../sync/context";
import { locale, texts } from "../texts";
import { Button, IconButton } from "../ui/button";
import { Icon } from "../ui/icons";
import { useToast } from "../ui/toast";
import { EntrySection } from "./section";

const typingDelayMs = 180;

export function SyncPanel({ onClose }: { onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [typed, setTyped] = useState("");
  const [filter, setFilter] = useState("");
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const timer = setTimeout(() => setFilter(typed.trim()), typingDelayMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) onClose();
  };
  return (
    <div className="panel" role="dialog" aria-labelledby="panel-title" onKeyDown={onKeyDown}>
      <div className="panel-head">
        <h2 id="panel-title" ref={heading} tabIndex={-1}>
          {texts.panel.title}
        </h2>
        <PanelActions />
        <IconButton icon="close" label={texts.panel.close} onClick={onClose} />
      </div>
      <div className="panel-body">
        <PanelStatus />
        <label className="search">
          <Icon name="search" size={16} />
          <span className="visually-hidden">{texts.panel.filter}</span>
          <input
            type="search"
            placeholder={texts.panel.filter}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <EntrySection filter="needs-you" text={filter} />
        <EntrySection filter="waiting" text={filter} />
        <EntrySection filter="recent" text={filter} />
      </div>
    </div>
  );
}

function PanelActions() {
  const { client, store } = useSync();
  const { status } = useSnapshot();
  const toast = useToast();
  const run = (call: () => ReturnType<typeof client.now>) => () => {
    call().then(store.takeStatus, (error: unknown) => toast(asProblem(error).message));
  };
  const paused = status?.paused ?? false;
  return (
    <div className="panel-actions">
      <Button
        icon={paused ? "right" : "pause"}
        disabled={status === null}
        onClick={run(() => (paused ? client.resume() : client.pause()))}
      >
        {paused ? texts.panel.resume : texts.panel.pause}
      </Button>
      <Button icon="sync" disabled={status === null || paused} onClick={run(() => client.now())}>
        {texts.panel.syncNow}
      </Button>
    </div>
  );
}

function PanelStatus() {
  const { status } = useSnapshot();
  const now = useNow(15_000);
  if (status === null) return null;
  const last = status.lastSyncedAt;
  return (
    <div className="panel-status">
      <p>
        <span className="faint">{texts.panel.device}</span>{" "}
        {status.deviceName ?? status.device.slice(0, 8)}
        <span className="faint"> · {texts.panel.cloud}</span>{" "}
        {status.cloud.replace(/^\w+:\/\//, "")}
      </p>
      <p className="faint">
        {last === null
          ? texts.badge.neverSynced
          : texts.badge.lastSynced(formatAgo(last, now, locale))}
        {status.held > 0 && ` · ${texts.panel.held(status.held)}`}
      </p>
      {status.reason !== null && <p className="faint">{status.reason}</p>}
      {status.drain !== null && status.drain.total > 0 && (
        <div className="progress">
          <progress
            aria-label={texts.panel.progress(status.drain.done, status.drain.total)}
            max={status.drain.total}
            value={status.drain.done}
          />
          <span>{texts.panel.progress(status.drain.done, status.drain.total)}</span>
        </div>
      )}
    </div>
  );
}
