"use client";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "./button.tsx";

interface Toast {
  message: ReactNode;
  /** Takes back what was done; the toast closes when pressed. */
  undo?: () => void;
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);
const visibleMs = 10_000;

/** Shows what was done and can be undone, for 10 s; a new one replaces the last. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<(Toast & { id: number }) | null>(null);
  const count = useRef(0);
  const show = useCallback((next: Toast) => {
    count.current += 1;
    setToast({ ...next, id: count.current });
  }, []);
  const close = useCallback(() => setToast(null), []);
  return (
    <ToastContext value={show}>
      {children}
      <div role="status">{toast && <ToastCard key={toast.id} toast={toast} close={close} />}</div>
    </ToastContext>
  );
}

function ToastCard({ toast, close }: { toast: Toast; close: () => void }) {
  const translate = useTranslations("ui");
  const [held, setHeld] = useState(false);
  const card = useRef<HTMLDivElement>(null);
  // Panels of phones are popovers, which lie above all that is none: so this is one too, and the topmost.
  useEffect(() => card.current?.showPopover(), []);
  // Whoever points at it or has the focus in it is reading, or about to undo.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(close, visibleMs);
    return () => clearTimeout(timer);
  }, [held, close]);
  const hold = useMemo(
    () => ({
      onMouseEnter: () => setHeld(true),
      onMouseLeave: () => setHeld(false),
      onFocus: () => setHeld(true),
      onBlur: () => setHeld(false),
    }),
    [],
  );
  const undo = () => {
    toast.undo?.();
    close();
  };
  return (
    <div ref={card} popover="manual" className="toast" {...hold}>
      <span className="grow">{toast.message}</span>
      {toast.undo && (
        <Button size="sm" onClick={undo}>
          {translate("undo")}
        </Button>
      )}
      <Button size="sm" variant="ghost" icon aria-label={translate("close")} title={translate("close")} onClick={close}>
        <X className="icon icon-sm" />
      </Button>
    </div>
  );
}
