"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { deleteGroup } from "../actions.ts";
import { GroupDialog, type GroupFacts } from "./group-dialog.tsx";

/** Edit and delete, at the end of a row. A group in use is refused where the question stands. */
export function GroupActs({ group }: { group: GroupFacts }) {
  const translate = useTranslations("groups");
  const toast = useToast();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const hide = () => setOpen(null);
  return (
    <span className="row justify-end">
      <Button size="sm" aria-label={translate("edit", { name: group.name })} onClick={() => setOpen("edit")}>
        {translate("change")}
      </Button>
      <Button
        size="sm"
        variant="danger"
        aria-label={translate("deleteOf", { name: group.name })}
        onClick={() => setOpen("delete")}
      >
        {translate("delete")}
      </Button>
      {open === "edit" && <GroupDialog group={group} onClose={hide} />}
      <ConfirmDialog
        open={open === "delete"}
        onOpenChange={hide}
        title={translate("deleteOf", { name: group.name })}
        verb={translate("delete")}
        danger
        action={deleteGroup}
        input={{ id: group.id }}
        onDone={() => toast({ message: translate("deleted", { name: group.name }) })}
      >
        <p>{translate("deleteMeans")}</p>
      </ConfirmDialog>
    </span>
  );
}
