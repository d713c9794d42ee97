// A modal question, on the browser's own <dialog>: focus is held, Escape closes, focus returns. What it
// shows may change while it is open; each new content begins with the focus on its title.

import {
  createContext,
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
} from "react";

const TitleIdContext = createContext("");

interface ModalProps {
  wide?: boolean;
  onClose: () => void;
  /** One DialogContent. */
  children: ReactNode;
}

export function Modal({ wide = false, onClose, children }: ModalProps) {
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
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <TitleIdContext.Provider value={titleId}>{children}</TitleIdContext.Provider>
    </dialog>
  );
}

interface DialogContentProps {
  title: ReactNode;
  actions: ReactNode;
  children: ReactNode;
  /** The main action: also by Ctrl+Enter. Called only when it is possible. */
  onSubmit?: (() => void) | undefined;
}

export function DialogContent({ title, actions, children, onSubmit }: DialogContentProps) {
  const titleId = useContext(TitleIdContext);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <form
      className="sw-dialog-content"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
      }}
    >
      {/* React takes autoFocus for itself; the browser's showModal() looks for the attribute. */}
      <h2
        ref={(element) => {
          element?.setAttribute("autofocus", "");
          heading.current = element;
        }}
        id={titleId}
        className="sw-dialog-title"
        tabIndex={-1}
      >
        {title}
      </h2>
      <div className="sw-dialog-body">{children}</div>
      <div className="sw-dialog-actions">{actions}</div>
    </form>
  );
}

export function Dialog({ wide = false, onClose, ...content }: ModalProps & DialogContentProps) {
  return (
    <Modal wide={wide} onClose={onClose}>
      <DialogContent {...content} />
    </Modal>
  );
}
