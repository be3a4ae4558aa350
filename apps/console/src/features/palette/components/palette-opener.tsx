"use client";
import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { buttonClass } from "#components/ui/button.tsx";

const Palette = dynamic(() => import("./palette.tsx").then((module) => module.Palette), { ssr: false });

/** The button of the palette, and its keys; the palette itself is loaded when it is opened. `compact`: the icon alone, in the bar of a phone. */
export function PaletteOpener({ findsPeople, compact }: { findsPeople: boolean; compact?: boolean }) {
  const translate = useTranslations("shell");
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  const show = () => {
    setWanted(true);
    setOpen(true);
  };

  useEffect(() => {
    // One of the two openers of the page listens: this one is there at every width.
    if (compact) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      setWanted(true);
      setOpen((former) => !former);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [compact]);

  const look = compact
    ? { className: buttonClass({ variant: "ghost", icon: true }), title: translate("search") }
    : { className: "nav-search" };
  return (
    <>
      <button
        type="button"
        {...look}
        aria-label={compact ? translate("search") : undefined}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={show}
      >
        <Search className="icon" />
        {!compact && (
          <>
            <span className="grow">{translate("search")}</span>
            <span aria-hidden="true">
              <kbd>Ctrl K</kbd>
            </span>
          </>
        )}
      </button>
      {wanted && <Palette open={open} onOpenChange={setOpen} findsPeople={findsPeople} />}
    </>
  );
}
