"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { revoke } from "../actions.ts";

interface Props {
  batchId: string;
  /** One code; all that are open, if left out. */
  voucherId?: string;
  prefix?: string;
  open: number;
}

/** Ends codes that nobody has redeemed, for good. */
export function RevokeButton({ batchId, voucherId, prefix, open: count }: Props) {
  const translate = useTranslations("vouchers");
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const verb = voucherId === undefined ? translate("revokeCount", { count }) : translate("revoke");
  return (
    <>
      <Button size="sm" aria-label={prefix && translate("revokeOne", { prefix })} onClick={() => setOpen(true)}>
        {verb}
      </Button>
      <ConfirmDialog
        title={prefix === undefined ? verb : translate("revokeOne", { prefix })}
        action={revoke}
        input={{ batchId, voucherIds: voucherId === undefined ? [] : [voucherId] }}
        verb={verb}
        danger
        open={open}
        onOpenChange={setOpen}
        onDone={({ revoked }) => toast({ message: translate("revokedCount", { count: revoked }) })}
      >
        <p>{translate("revokeMeans")}</p>
      </ConfirmDialog>
    </>
  );
}
