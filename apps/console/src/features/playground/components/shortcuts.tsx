"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";

export interface Shortcuts {
  newConversation: () => void;
  copyAnswer: () => void;
  copyCode: () => void;
  list: () => void;
  stop: () => void;
}

/** Ctrl (⌘ on a Mac) with Shift and O, C or ; · Ctrl+/ · Esc. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
      const control = event.ctrlKey || event.metaKey;
      // Menus of the frame are popovers, in the page also while they are closed. Keys go by place on the keyboard: with Shift the same key writes : or ；.
      const act = (() => {
        if (control && event.shiftKey && event.code === "KeyO") return latest.current.newConversation;
        if (control && event.shiftKey && event.code === "KeyC") return latest.current.copyAnswer;
        if (control && event.shiftKey && event.code === "Semicolon") return latest.current.copyCode;
        if (control && event.code === "Slash") return latest.current.list;
        // A toast is a popover too, but none that Escape would close.
        const isFree = !document.querySelector(
          "[role=dialog]:not([popover]), [role=menu], [popover=auto]:popover-open",
        );
        // In a search field it empties that.
        const isSearch = event.target instanceof HTMLInputElement && event.target.type === "search";
        return event.key === "Escape" && isFree && !isSearch ? latest.current.stop : null;
      })();
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

const keys = [
  ["Enter", "send"],
  ["Shift + Enter", "newLine"],
  ["/", "presets"],
  ["Esc", "stop"],
  ["Ctrl + Shift + O", "newConversation"],
  ["Ctrl + Shift + C", "copyLastAnswer"],
  ["Ctrl + Shift + ;", "copyLastCode"],
  ["Ctrl + /", "shortcuts"],
] as const;

export function ShortcutsDialog({ close }: { close: () => void }) {
  const translate = useTranslations("playground");
  return (
    <Dialog open width="narrow" onOpenChange={(open) => !open && close()} title={translate("shortcuts")}>
      <DialogBody>
        <dl className="kv">
          {keys.map(([key, words]) => (
            <div key={key} className="contents">
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{translate(words)}</dd>
            </div>
          ))}
        </dl>
      </DialogBody>
    </Dialog>
  );
}
