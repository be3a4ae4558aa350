"use client";
import { Dialog } from "@base-ui/react/dialog";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { isComposing } from "#features/playground/is-composing.ts";
import { type PaletteItem, paletteGroups } from "../items.ts";
import { usePaletteItems } from "./use-palette-items.ts";

interface PaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  findsPeople: boolean;
}

/** Goes to anything by its name: typed, chosen with ↑ ↓, opened with Enter. */
export function Palette({ open, onOpenChange, findsPeople }: PaletteProps) {
  const translate = useTranslations("shell");
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Viewport className="palette-frame">
          <Dialog.Popup className="palette" initialFocus={input}>
            <Dialog.Title className="sr">{translate("search")}</Dialog.Title>
            <Finder input={input} open={open} findsPeople={findsPeople} close={() => onOpenChange(false)} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface FinderProps {
  input: React.RefObject<HTMLInputElement | null>;
  open: boolean;
  findsPeople: boolean;
  close: () => void;
}

const optionId = (place: number) => `palette-${place}`;

/** As the combobox pattern has it: the focus stays where one types, and the list says which of it is active. */
function Finder({ input, open, findsPeople, close }: FinderProps) {
  const translate = useTranslations("shell");
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [place, setPlace] = useState(0);
  const { items, state } = usePaletteItems(typed, open, findsPeople);
  const active = Math.min(place, items.length - 1);

  useEffect(() => {
    document.getElementById(optionId(active))?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const go = (item: PaletteItem | undefined) => {
    if (!item) return;
    close();
    router.push(item.href);
  };
  const press = (event: KeyboardEvent) => {
    // Enter that ends a composition chooses letters, not a page.
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) setPlace((active + step + items.length) % items.length);
    else if (event.key === "Enter") go(items[active]);
    else return;
    event.preventDefault();
  };
  const none =
    state === "ready"
      ? translate("searchNone", { typed: typed.trim() })
      : translate(state === "failed" ? "searchFailed" : "searchLoading");
  return (
    <>
      <input
        ref={input}
        className="palette-input"
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={items.length > 0 ? optionId(active) : undefined}
        aria-label={translate("search")}
        placeholder={translate("searchPlaceholder")}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setPlace(0);
        }}
        onKeyDown={press}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label={translate("search")}>
        {paletteGroups.map((group) => {
          const inGroup = items.flatMap((item, index) => (item.group === group ? [{ item, index }] : []));
          if (inGroup.length === 0) return null;
          return (
            <fieldset key={group} aria-labelledby={`palette-${group}`}>
              <div className="palette-head" id={`palette-${group}`}>
                {translate(`find_${group}`)}
              </div>
              {inGroup.map(({ item, index }) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, as the combobox pattern has it
                // biome-ignore lint/a11y/useFocusableInteractive: likewise
                <div
                  key={`${item.href} ${item.label} ${item.detail}`}
                  id={optionId(index)}
                  role="option"
                  aria-selected={index === active}
                  className="palette-item"
                  onMouseMove={() => setPlace(index)}
                  onClick={() => go(item)}
                >
                  <span>{item.label}</span>
                  {item.detail && <span className="muted small">{item.detail}</span>}
                </div>
              ))}
            </fieldset>
          );
        })}
      </div>
      <p className="palette-none" role="status">
        {items.length === 0 ? none : ""}
      </p>
    </>
  );
}
