// <SyncProvider client={sync}>: the live picture of the service for everything below it, the messages'
// corner, and what is about to be sent.

import type { SyncClient } from "@slipway/client";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { SyncContext, useSync } from "./context.js";
import { DecisionBars } from "./conflict/decision-bars.js";
import { type Panel, PanelContext, type PanelView } from "./panel/panel-state.js";
import type { Presentation } from "./present/presentation.js";
import { createRowValues } from "./store/row-values.js";
import { createSyncStore } from "./store/store.js";
import type { Texts } from "./texts/en.js";
import { textsFor } from "./texts/index.js";
import { problemWords } from "./ui/problem.js";
import { ToastHost, useToast } from "./ui/toast.js";

interface SyncProviderProps {
  client: SyncClient;
  /** For texts, numbers and times. Default: the page's language, else the browser's. */
  locale?: string;
  /** Another language than English and German. */
  texts?: Texts;
  /** How the app's entities, fields and values are called and written. */
  present?: Presentation;
  children: ReactNode;
}

const asUsual: Presentation = {};

export function SyncProvider({ client, locale, texts, present, children }: SyncProviderProps) {
  const parts = useMemo(
    () => ({ store: createSyncStore(client), rows: createRowValues(client) }),
    [client],
  );
  useEffect(() => parts.store.start(), [parts]);
  const language = locale ?? pageLocale();
  const sync = useMemo(
    () => ({
      client,
      ...parts,
      present: present ?? asUsual,
      texts: texts ?? textsFor(language),
      locale: language,
    }),
    [client, parts, present, texts, language],
  );
  return (
    <SyncContext.Provider value={sync}>
      <PanelState>
        <ToastHost extra={<DecisionBars />}>
          <FailedDecisions />
          {children}
        </ToastHost>
      </PanelState>
    </SyncContext.Provider>
  );
}

function pageLocale(): string {
  const page = globalThis.document?.documentElement.lang;
  return page || globalThis.navigator?.language || "en";
}

function PanelState({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const [view, setView] = useState<PanelView>({ kind: "list" });
  const opener = useRef<HTMLButtonElement | null>(null);
  const panel = useMemo<Panel>(() => {
    const open = () => {
      setView({ kind: "list" });
      setOpen(true);
    };
    const close = () => {
      setOpen(false);
      opener.current?.focus();
    };
    return {
      isOpen,
      view,
      opener,
      open,
      close,
      toggle: isOpen ? close : open,
      setView,
      showEntry: (id) => {
        setView({ kind: "entry", id });
        setOpen(true);
      },
    };
  }, [isOpen, view]);
  return <PanelContext.Provider value={panel}>{children}</PanelContext.Provider>;
}

/** A decision that could not be carried out when its time had come says so, wherever the user is. */
function FailedDecisions() {
  const { store, texts } = useSync();
  const toast = useToast();
  useEffect(
    () =>
      store.onDecisionFailed((decision, problem) => {
        const { title, text } = problemWords(problem, texts);
        toast({ text: `${decision.about}: ${title}. ${text}`, tone: "bad", shownMs: null });
      }),
    [store, texts, toast],
  );
  return null;
}
