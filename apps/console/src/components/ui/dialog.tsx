"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactElement, type ReactNode, useRef } from "react";
import { buttonClass } from "./button.tsx";

interface DialogProps {
  title: ReactNode;
  description?: ReactNode;
  /** A Button that opens it and gets the focus back. Without it, `open` rules. */
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** No outside press or Escape, for what is shown only once. */
  insistent?: boolean;
  width?: "narrow" | "wide";
  /** Body and foot: `DialogBody`, `DialogFoot`; a form may wrap both. */
  children: ReactNode;
}

/** For acts that must be finished or left; on phones it rises from the bottom. Sends focus back to its opener. */
export function Dialog({ title, description, trigger, open, onOpenChange, insistent, width, children }: DialogProps) {
  const translate = useTranslations("ui");
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={insistent}
      onOpenChange={(next, details) => {
        if (insistent && !next && details.reason === "escape-key") return details.cancel();
        onOpenChange?.(next);
      }}
    >
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Viewport className="dialog-frame">
          <Base.Popup
            ref={popup}
            initialFocus={() => firstField(popup.current)}
            className={`dialog ${width === "narrow" ? "dialog-narrow" : ""}`}
          >
            <div className="dialog-head">
              <div>
                <Base.Title>{title}</Base.Title>
                {description && <Base.Description>{description}</Base.Description>}
              </div>
              <Base.Close
                className={buttonClass({ variant: "ghost", size: "sm", icon: true })}
                aria-label={translate("close")}
                title={translate("close")}
              >
                <X className="icon" />
              </Base.Close>
            </div>
            {children}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Where typing begins; a dialog without fields gets the focus itself, so that Enter does nothing by accident. */
function firstField(popup: HTMLElement | null): HTMLElement | null {
  return popup?.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea") ?? popup;
}

export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="dialog-body stack">{children}</div>;
}

export function DialogFoot({ children }: { children: ReactNode }) {
  return <div className="dialog-foot">{children}</div>;
}

/** A button inside the dialog that closes it. */
export function DialogClose({ children }: { children: ReactNode }) {
  return <Base.Close className={buttonClass({})}>{children}</Base.Close>;
}
