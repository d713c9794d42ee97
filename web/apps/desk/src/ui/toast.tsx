// Short confirmations at the foot of the page; read out by screen readers, gone by themselves.

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { Icon } from "./icons";

const shownMs = 4000;
const ToastContext = createContext<(message: string) => void>(() => undefined);

export function useToast(): (message: string) => void {
  return useContext(ToastContext);
}

export function ToastHost({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<{ message: string; id: number } | null>(null);
  const show = useCallback(
    (message: string) => setToast((old) => ({ message, id: (old?.id ?? 0) + 1 })),
    [],
  );
  useEffect(() => {
    if (toast === null) return;
    const timer = setTimeout(() => setToast(null), shownMs);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toast-place" role="status">
        {toast && (
          <div className="toast" key={toast.id}>
            <Icon name="check" size={16} /> {toast.message}
          </div>
        )}
      </div>
    </ToastContext>
  );
}
