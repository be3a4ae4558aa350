"use client";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { PasswordField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { replaceSecret } from "../actions.ts";

/** Gives a channel's credential another key without leaving the evidence; Enter saves it. */
export function FixKey({ credentialId, channelName }: { credentialId: string; channelName: string }) {
  const translate = useTranslations("health");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("fixKeyTitle", { channel: channelName })}
      description={translate("fixKeyBody")}
      width="narrow"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm">
          <KeyRound className="icon icon-sm" />
          {translate("fixKey")}
        </Button>
      }
    >
      <FixKeyForm credentialId={credentialId} close={() => setOpen(false)} />
    </Dialog>
  );
}

function FixKeyForm({ credentialId, close }: { credentialId: string; close: () => void }) {
  const translate = useTranslations("health");
  const words = useTranslations("ui");
  const toast = useToast();
  const form = useActionForm(replaceSecret, {
    toInput: (values) => ({ credentialId, secret: String(values.secret) }),
    onSuccess: ({ inForce }) => {
      toast({ message: inForce ? translate("keyFixed") : `${translate("keyFixed")} ${translate("notInForce")}` });
      close();
    },
  });
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{words("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("saveKey")}</SubmitButton>
        </DialogFoot>
      }
    >
      <PasswordField name="secret" label={translate("newSecret")} autoComplete="off" />
    </Form>
  );
}
