// Whether the panel is open, and what it shows. Shared by the badge, the panel and the app.

import { createContext, type RefObject, useContext } from "react";

export type PanelView =
  { kind: "list" } | { kind: "entry"; id: number } | { kind: "lost" } | { kind: "settings" };

export interface Panel {
  isOpen: boolean;
  view: PanelView;
  open: () => void;
  close: () => void;
  toggle: () => void;
  /** Opens the panel on one entry. */
  showEntry: (id: number) => void;
  /** What the open panel shows. */
  setView: (view: PanelView) => void;
  /** What focus goes back to when the panel closes: the badge. */
  opener: RefObject<HTMLButtonElement | null>;
}

export const PanelContext = createContext<Panel | null>(null);

/** For an app that opens the panel from places of its own. */
export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error("There is no <SyncProvider> around this component");
  return panel;
}
