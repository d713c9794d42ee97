// Short messages at the foot of the page, perhaps with something to do about them. Read out by screen
// readers; gone by themselves, but not while somebody points at them or is in them.

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTexts } from "../context.js";
import { Button, IconButton } from "./button.js";
import { Icon, type IconName } from "./icons.js";

const shownMs = 5000;
const toastsMax = 3;

export interface Toast {
  text: string;
  tone?: "good" | "bad";
  action?: { label: string; run: () => void };
  /** How long it stays; null: until it is dismissed. */
  shownMs?: number | null;
}

type ShowToast = (toast: Toast) => void;
interface Shown extends Toast {
  id: number;
}

const ToastContext = createContext<ShowToast>(() => undefined);

export function useToast(): ShowToast {
  return useContext(ToastContext);
}

/** `extra`: other things that belong into the same corner, above the messages. */
export function ToastHost({ children, extra }: { children: ReactNode; extra?: ReactNode }) {
  const texts = useTexts();
  const [toasts, setToasts] = useState<Shown[]>([]);
  const nextId = useRef(1);
  const show = useCallback<ShowToast>((toast) => {
    const id = nextId.current++;
    setToasts((old) => [...old, { ...toast, id }].slice(-toastsMax));
  }, []);
  const dismiss = useCallback(
    (id: number) => setToasts((old) => old.filter((toast) => toast.id !== id)),
    [],
  );
  return (
    <ToastContext.Provider value={show}>
      {children}
      <section className="sw sw-toasts" aria-label={texts.toast.region}>
        {extra}
        <div role="status" aria-live="polite" className="sw-toast-list">
          {toasts.map((toast) => (
            <ToastItem key={toast.id} toast={toast} onGone={dismiss} />
          ))}
        </div>
      </section>
    </ToastContext.Provider>
  );
}

function ToastItem({ toast, onGone }: { toast: Shown; onGone: (id: number) => void }) {
  const texts = useTexts();
  const [held, setHeld] = useState(false);
  const { id, text, tone = "good", action, shownMs: ms = shownMs } = toast;
  useEffect(() => {
    if (held || ms === null) return;
    const timer = setTimeout(() => onGone(id), ms);
    return () => clearTimeout(timer);
  }, [held, ms, id, onGone]);
  const icon: IconName = tone === "good" ? "check" : "alert";
  const holding = useMemo(
    () => ({
      onPointerEnter: () => setHeld(true),
      onPointerLeave: () => setHeld(false),
      onFocus: () => setHeld(true),
      onBlur: () => setHeld(false),
    }),
    [],
  );
  return (
    <div className={`sw-toast sw-toast-${tone}`} {...holding}>
      <Icon name={icon} size={16} />
      <span className="sw-toast-text">{text}</span>
      {action && (
        <Button
          look="ghost"
          onClick={() => {
            action.run();
            onGone(id);
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label={texts.toast.dismiss} onClick={() => onGone(id)} />
    </div>
  );
}
