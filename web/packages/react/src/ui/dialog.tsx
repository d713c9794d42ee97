// A modal question, on the browser's own <dialog>: focus is held, Escape closes, focus returns.

import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  actions: ReactNode;
  children: ReactNode;
  wide?: boolean;
  /** For Ctrl+Enter. */
  onSubmit?: () => void;
}

export function Dialog({ title, onClose, actions, children, wide = false, onSubmit }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      // The browser gives focus back, except where what had it was drawn anew meanwhile.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={`sw sw-dialog${wide ? " sw-dialog-wide" : ""}`}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.stopPropagation(); // closes this, not what is behind
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit?.();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={titleId} className="sw-dialog-title">
        {title}
      </h2>
      <div className="sw-dialog-body">{children}</div>
      <div className="sw-dialog-actions">{actions}</div>
    </dialog>
  );
}
