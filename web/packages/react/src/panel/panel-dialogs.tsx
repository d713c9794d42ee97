// The questions that the panel asks, one at a time, above everything: so that they stay open when the
// entry they are about scrolls out of sight or moves to another section.

import type { Entry } from "@slipway/client";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { ConflictWorkbench } from "../conflict/conflict-workbench.js";
import { DiscardDialog } from "./discard-dialog.js";
import { RetryAllDialog } from "./retry-all-dialog.js";
import { UndoDialog } from "./undo-dialog.js";
import { WhichIdDialog } from "./which-id-dialog.js";

export interface PanelDialogs {
  discard: (entry: Entry) => void;
  undo: (entry: Entry) => void;
  whichId: (entry: Entry) => void;
  decide: (entryId: number) => void;
  retryAll: () => void;
}

const DialogsContext = createContext<PanelDialogs | null>(null);

export function usePanelDialogs(): PanelDialogs {
  const dialogs = useContext(DialogsContext);
  if (dialogs === null) throw new Error("usePanelDialogs outside of PanelDialogs");
  return dialogs;
}

export function PanelDialogsHost({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<ReactNode>(null);
  const dialogs = useMemo<PanelDialogs>(() => {
    const close = () => setDialog(null);
    return {
      discard: (entry) => setDialog(<DiscardDialog entry={entry} onClose={close} />),
      undo: (entry) => setDialog(<UndoDialog entry={entry} onClose={close} />),
      whichId: (entry) => setDialog(<WhichIdDialog entry={entry} onClose={close} />),
      decide: (entryId) => setDialog(<ConflictWorkbench entryId={entryId} onClose={close} />),
      retryAll: () => setDialog(<RetryAllDialog onClose={close} />),
    };
  }, []);
  return (
    <DialogsContext.Provider value={dialogs}>
      {children}
      {dialog}
    </DialogsContext.Provider>
  );
}
