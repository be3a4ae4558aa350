"use client";
import type { KeyRow } from "@lyceum/db";
import { Ban, Pencil, Play, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { deleteKey, disableKey, enableKey } from "../actions.ts";
import type { KeyChoices } from "../queries.ts";
import { EditKeyDialog } from "./edit-key-dialog.tsx";

/** What can be done to one key. Disabling is taken back by a toast; deleting can't be, so it asks. */
export function KeyMenu({ row, choices }: { row: KeyRow; choices: KeyChoices }) {
  const translate = useTranslations("keys");
  const toast = useToast();
  const { act } = useAct();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const close = (next: boolean) => setOpen(next ? open : null);
  const { name } = row;
  const input = { keyId: row.id };
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
    <>
      <MoreMenu name={name}>
        <MenuItem icon={<Pencil className="icon" />} onSelect={() => setOpen("edit")}>
          {translate("edit")}
        </MenuItem>
        {row.status === "active" ? (
          <MenuItem icon={<Ban className="icon" />} onSelect={disable}>
            {translate("disable")}
          </MenuItem>
        ) : (
          <MenuItem icon={<Play className="icon" />} onSelect={enable}>
            {translate("enable")}
          </MenuItem>
        )}
        <MenuItem danger icon={<Trash2 className="icon" />} onSelect={() => setOpen("delete")}>
          {translate("delete")}
        </MenuItem>
      </MoreMenu>
      <EditKeyDialog row={row} choices={choices} open={open === "edit"} onOpenChange={close} />
      <ConfirmDialog
        title={translate("deleteTitle", { name })}
        action={deleteKey}
        input={input}
        verb={translate("delete")}
        danger
        open={open === "delete"}
        onOpenChange={close}
        onDone={() => toast({ message: translate("deleted", { name }) })}
      >
        <p>{translate("deleteBody")}</p>
      </ConfirmDialog>
    </>
  );
}
