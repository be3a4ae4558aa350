"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { undoImport } from "../actions.ts";

/** Takes an import back, after saying what that means. */
export function UndoButton({
  courseId,
  importId,
  onUndone,
  children,
}: {
  courseId: string;
  importId: string;
  onUndone?: () => void;
  children: ReactNode;
}) {
  const translate = useTranslations("roster");
  const toast = useToast();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {children}
      </Button>
      <ConfirmDialog
        title={translate("undoTitle")}
        action={undoImport}
        input={{ courseId, importId }}
        verb={translate("undo")}
        danger
        open={open}
        onOpenChange={setOpen}
        onDone={({ undone, kept, returnedNanos }) => {
          const returned = returnedNanos === 0n ? "none" : format.money(returnedNanos);
          toast({ message: translate("undone", { undone, kept, returned }) });
          onUndone?.();
        }}
      >
        <p>{translate("undoMeans")}</p>
      </ConfirmDialog>
    </>
  );
}
