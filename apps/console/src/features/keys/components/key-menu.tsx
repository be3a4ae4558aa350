"use client";
import type { KeyRow } from "@lyceum/db";
import { Ban, Pencil, Play, RefreshCw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { disableKey, enableKey } from "../actions.ts";
import { useKeyDesk } from "./key-desk.tsx";

/** What can be done to one key. Disabling is taken back by a toast; deleting can't be, so it asks. One that has leaked can only be replaced. */
export function KeyMenu({ row }: { row: KeyRow }) {
  const translate = useTranslations("keys");
  const { act } = useAct();
  const begin = useKeyDesk();
  const { id, name, isLeaked, formerEndsAt } = row;
  const input = { keyId: id };
  const enable = () =>
    act(
      () => enableKey(input),
      () => ({ message: translate("enabled", { name }) }),
    );
  const disable = () =>
    act(
      () => disableKey(input),
      () => ({ message: translate("disabled", { name }), undo: enable }),
    );
  return (
    <MoreMenu name={name}>
      {!isLeaked && (
        <MenuItem icon={<Pencil className="icon" />} onSelect={() => begin({ kind: "edit", row })}>
          {translate("edit")}
        </MenuItem>
      )}
      {!row.isExpired && (
        <MenuItem
          icon={<RefreshCw className="icon" />}
          onSelect={() => begin({ kind: "roll", key: { id, name, isLeaked, formerEndsAt } })}
        >
          {translate("roll")}
        </MenuItem>
      )}
      {!isLeaked && row.status === "active" && (
        <MenuItem icon={<Ban className="icon" />} onSelect={disable}>
          {translate("disable")}
        </MenuItem>
      )}
      {!isLeaked && row.status === "disabled" && (
        <MenuItem icon={<Play className="icon" />} onSelect={enable}>
          {translate("enable")}
        </MenuItem>
      )}
      <MenuItem danger icon={<Trash2 className="icon" />} onSelect={() => begin({ kind: "delete", row })}>
        {translate("delete")}
      </MenuItem>
    </MoreMenu>
  );
}
