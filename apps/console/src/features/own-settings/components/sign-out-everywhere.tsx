"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { enter } from "#features/account/components/sign-in.ts";
import { signOutEverywhere } from "../actions.ts";

export function SignOutEverywhere() {
  const translate = useTranslations("account");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{translate("signOutEverywhere")}</Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={translate("signOutEverywhere")}
        verb={translate("signOutEverywhere")}
        action={signOutEverywhere}
        input={{ sure: true }}
        onDone={() => enter("/sign-in")}
      >
        <p>{translate("signOutEverywhereMeans")}</p>
      </ConfirmDialog>
    </>
  );
}
