"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement, ReactNode } from "react";
import { Button } from "./button.tsx";

/** A menu at its button. `trigger` is a Button; `MoreMenu` has the usual one. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="menu-positioner" sideOffset={4} align="end">
          <Base.Popup className="menu">{children}</Base.Popup>
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
