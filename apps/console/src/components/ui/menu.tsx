"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactElement, type ReactNode, useRef, useState } from "react";
import { Button } from "./button.tsx";

/** A menu at its button. `trigger` is a Button; `MoreMenu` has the usual one. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  // An open popover lies above everything that is not within it: there the menu opens inside.
  const [popover, setPopover] = useState<HTMLElement | null>(null);
  const onOpenChange = (open: boolean) => {
    if (open) setPopover(button.current?.closest<HTMLElement>("[popover]:popover-open") ?? null);
  };
  // Where an item put something else in the button's place (a field for a new name), the focus is that one's.
  const finalFocus = () => button.current?.isConnected ?? false;
  return (
    <Base.Root modal={false} onOpenChange={onOpenChange}>
      <Base.Trigger ref={button} render={trigger} />
      <Base.Portal container={popover ?? undefined}>
        <Base.Positioner
          className="menu-positioner"
          sideOffset={4}
          align="end"
          positionMethod={popover ? "fixed" : "absolute"}
        >
          <Base.Popup className="menu" finalFocus={finalFocus}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** The three dots at the end of a row; `name` says whose actions they are. */
export function MoreMenu({ name, children }: { name: string; children: ReactNode }) {
  const translate = useTranslations("ui");
  const label = translate("moreActions", { name });
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="sm" icon aria-label={label} title={label}>
          <Ellipsis className="icon" />
        </Button>
      }
    >
      {children}
    </Menu>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect?: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, danger, disabled, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item className={`menu-item ${danger ? "menu-item-danger" : ""}`} disabled={disabled} onClick={onSelect}>
      {icon}
      {children}
    </Base.Item>
  );
}
