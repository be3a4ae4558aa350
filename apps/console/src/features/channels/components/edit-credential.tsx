"use client";
import type { ChannelCredentialRow } from "@lyceum/db";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { PasswordField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { addCredential, updateCredential } from "../credentials/actions.ts";

interface Props {
  channelId: string;
  /** Null: a new one, opened by a button of its own. */
  credential: ChannelCredentialRow | null;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** Adds a credential, or changes what one is called, its share of the requests, and the secret itself. */
export function EditCredential({ channelId, credential, open, onOpenChange }: Props) {
  const translate = useTranslations("channels");
  const [own, setOwn] = useState(false);
  const change = onOpenChange ?? setOwn;
  return (
    <Dialog
      title={
        credential ? translate("editCredentialTitle", { lastFour: credential.lastFour }) : translate("addCredential")
      }
      width="narrow"
      insistent
      open={open ?? own}
      onOpenChange={change}
      {...(credential === null && {
        trigger: (
          <Button size="sm">
            <Plus className="icon icon-sm" />
            {translate("addCredential")}
          </Button>
        ),
      })}
    >
      <CredentialForm channelId={channelId} credential={credential} close={() => change(false)} />
    </Dialog>
  );
}

function CredentialForm({
  channelId,
  credential,
  close,
}: Pick<Props, "channelId" | "credential"> & { close: () => void }) {
  const translate = useTranslations("channels");
  const toast = useToast();
  const save = ({ label, secret, weight }: { label: string; secret: string; weight: string }) =>
    credential === null
      ? addCredential({ channelId, label, secret, weight })
      : updateCredential({ credentialId: credential.id, label, secret, weight });
  const form = useActionForm(save, {
    toInput: (values: FormValues) => ({
      label: String(values.label),
      secret: String(values.secret),
      weight: String(values.weight),
    }),
    onSuccess: ({ inForce }) => {
      const told = translate(credential ? "credentialSaved" : "credentialAdded");
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      close();
    },
  });
  return (
    <Form
      form={form}
      className="dialog-body stack"
      footer={
        <DialogFoot>
          <DialogClose>{translate("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate(credential ? "save" : "addCredential")}</SubmitButton>
        </DialogFoot>
      }
    >
      <PasswordField
        name="secret"
        label={translate(credential ? "newSecret" : "credential")}
        hint={
          credential ? translate("credentialStored", { lastFour: credential.lastFour }) : translate("credentialHint")
        }
        optional={credential !== null}
        autoComplete="new-password"
      />
      <div className="grid grid-cols-[2fr_1fr] items-start gap-3">
        <TextField
          name="label"
          label={translate("credentialLabel")}
          hint={translate("credentialLabelHint")}
          optional
          defaultValue={credential?.label ?? ""}
        />
        <TextField
          name="weight"
          label={translate("weight")}
          hint={translate("credentialWeightHint")}
          inputMode="numeric"
          defaultValue={credential?.weight ?? 1}
        />
      </div>
    </Form>
  );
}
