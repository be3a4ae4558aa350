"use client";
import type { ChannelRow } from "@lyceum/db";
import { Copy } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { PasswordField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { copyChannel } from "../actions.ts";

/** Makes a channel like this one; its credential has to be typed. */
export function CopyChannel({ channel }: { channel: ChannelRow }) {
  const translate = useTranslations("channels");
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={translate("copyTitle", { name: channel.name })}
      width="narrow"
      insistent
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <Copy className="icon max-md:hidden" />
          {translate("copy")}
        </Button>
      }
    >
      <CopyForm channel={channel} close={() => setOpen(false)} />
    </Dialog>
  );
}

function CopyForm({ channel, close }: { channel: ChannelRow; close: () => void }) {
  const translate = useTranslations("channels");
  const router = useRouter();
  const toast = useToast();
  const form = useActionForm(copyChannel, {
    toInput: (values) => ({
      channelId: channel.id,
      name: String(values.name),
      credential: String(values.credential),
    }),
    onSuccess: ({ id, inForce }) => {
      const told = translate("copied", { name: channel.name });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
      router.push(`/admin/channels?channel=${id}`, { scroll: false });
    },
  });
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{translate("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("copy")}</SubmitButton>
        </DialogFoot>
      }
    >
      <p className="small muted">{translate("copyMeans", { count: channel.deployments.length })}</p>
      <TextField name="name" label={translate("name")} defaultValue={translate("copyName", { name: channel.name })} />
      <PasswordField
        name="credential"
        label={translate("credential")}
        hint={translate("copyCredentialHint")}
        optional
        autoComplete="new-password"
      />
    </Form>
  );
}
