// The sync panel, as a drawer beside the page or as a page of its own: what needs the user first, then
// what waits, then what was done lately.

import { asProblem, type QueueQuery, type SyncStatus } from "@slipway/client";
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useSnapshot, useSync } from "../context.js";
import { useSettled } from "../hooks/use-time.js";
import { SettingsView } from "../settings/sync-settings.js";
import { Button, IconButton } from "../ui/button.js";
import { problemWords } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { EntryDetails } from "./entry-details.js";
import { EntryList } from "./entry-list.js";
import { type Filter, Filters, noFilter } from "./filters.js";
import { LostRows } from "./lost-rows.js";
import { PanelDialogsHost } from "./panel-dialogs.js";
import { usePanel } from "./panel-state.js";
import { PanelStatus } from "./panel-status.js";
import { type SectionName, sectionNames } from "./sections.js";
import { useQueueWindow } from "./use-queue-window.js";

const typingMs = 180;

interface SyncPanelProps {
  /** "drawer": opens and closes with the badge. "page": is always there, within what is around it. */
  as?: "drawer" | "page";
  className?: string;
}

export function SyncPanel({ as = "drawer", className = "" }: SyncPanelProps) {
  const panel = usePanel();
  if (as === "drawer" && !panel.isOpen) return null;
  return <OpenPanel as={as} className={className} />;
}

function OpenPanel({ as, className }: Required<SyncPanelProps>) {
  const { texts } = useSync();
  const panel = usePanel();
  const titleId = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const isDrawer = as === "drawer";
  useEffect(() => {
    if (isDrawer) heading.current?.focus();
  }, [isDrawer]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (panel.view.kind !== "list") panel.setView({ kind: "list" });
    else if (isDrawer) panel.close();
  };
  return (
    <div
      className={`sw sw-panel sw-panel-${as} ${className}`}
      role={isDrawer ? "dialog" : "region"}
      aria-labelledby={titleId}
      onKeyDown={onKeyDown}
    >
      <div className="sw-panel-head">
        <h2 id={titleId} ref={heading} tabIndex={-1}>
          {texts.panel.title}
        </h2>
        <PanelButtons />
        {isDrawer && <IconButton icon="close" label={texts.panel.close} onClick={panel.close} />}
      </div>
      <PanelDialogsHost>
        <PanelBody />
      </PanelDialogsHost>
    </div>
  );
}

function PanelButtons() {
  const { client, store, texts } = useSync();
  const { status } = useSnapshot();
  const panel = usePanel();
  const toast = useToast();
  const run = (call: () => Promise<SyncStatus>) => () => {
    call().then(store.takeStatus, (error: unknown) =>
      toast({ text: problemWords(asProblem(error), texts).title, tone: "bad" }),
    );
  };
  const paused = status?.paused ?? false;
  return (
    <div className="sw-panel-buttons">
      <Button
        icon={paused ? "play" : "pause"}
        disabled={status === null}
        onClick={run(() => (paused ? client.resume() : client.pause()))}
      >
        {paused ? texts.panel.resume : texts.panel.pause}
      </Button>
      <Button icon="sync" disabled={status === null || paused} onClick={run(() => client.now())}>
        {texts.panel.now}
      </Button>
      <IconButton
        icon="settings"
        label={texts.panel.settings}
        onClick={() => panel.setView({ kind: "settings" })}
      />
    </div>
  );
}

/** The list stays as it is, scrolled where it was, while something is shown in front of it. */
function PanelBody() {
  const panel = usePanel();
  const { view } = panel;
  const back = () => panel.setView({ kind: "list" });
  return (
    <div className="sw-panel-body">
      <div className="sw-panel-list" ref={useInert(view.kind !== "list")}>
        <PanelStatus />
        <PanelList />
      </div>
      {view.kind === "entry" && <EntryDetails key={view.id} id={view.id} onBack={back} />}
      {view.kind === "lost" && <LostRows onBack={back} />}
      {view.kind === "settings" && <SettingsView onBack={back} />}
    </div>
  );
}

/** As a property, because React 18 and 19 want the attribute in different forms. */
function useInert(isInert: boolean): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (element.current !== null) element.current.inert = isInert;
  }, [isInert]);
  return element;
}

function PanelList() {
  const panel = usePanel();
  const [filter, setFilter] = useState<Filter>(noFilter);
  const text = useSettled(filter.text.trim(), typingMs);
  const query: QueueQuery = {
    ...(text === "" ? {} : { text }),
    ...(filter.entityType === "" ? {} : { entityType: filter.entityType }),
  };
  const windows = {
    "needs-you": useQueueWindow({ ...query, filter: "needs-you" }),
    waiting: useQueueWindow({ ...query, filter: "waiting" }),
    recent: useQueueWindow({ ...query, filter: "recent" }),
  };
  const isFiltered = Object.keys(query).length > 0;
  const shown = (section: SectionName) => {
    if (filter.section !== "all") return filter.section === section;
    return section !== "needs-you" || windows[section].total() !== 0;
  };
  return (
    <>
      <Filters filter={filter} onChange={setFilter} />
      <EntryList
        windows={windows}
        sections={sectionNames.filter(shown)}
        isFiltered={isFiltered}
        onOpen={panel.showEntry}
      />
    </>
  );
}
