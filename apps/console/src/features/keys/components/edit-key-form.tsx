"use client";
import type { KeyRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { CapFields, FoldedCountFields } from "#features/limits/components/limit-fields.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { updateKey } from "../actions.ts";
import type { KeyChoices } from "../queries.ts";
import { ExpiryField, ModelsField } from "./key-fields.tsx";
import { keyInputOf } from "./key-input.ts";
import { NetworksField } from "./networks-field.tsx";

/** Name, models, expiry, limits and networks of a key; its group and the key itself stay. */
export function EditKeyForm({ row, choices, onSaved }: { row: KeyRow; choices: KeyChoices; onSaved: () => void }) {
  const translate = useTranslations("keys");
  const ui = useTranslations("ui");
  const format = useFormat();
  const form = useActionForm(updateKey, {
    toInput: (values) => ({
      ...keyInputOf(values),
      name: String(values.name ?? ""),
      keyId: row.id,
      expiry: String(values.expiry) as "keep",
    }),
    onSuccess: onSaved,
  });
  const offered = choices.groups.find((group) => group.id === row.groupId)?.models ?? [];
  // What the key names stays in the list even if it was removed meanwhile: unticking it is the reader's choice.
  const models = [...new Set([...offered, ...row.models])];
  const end = row.expiresAt ? format.date(new Date(row.expiresAt.getTime() - 1)) : translate("expiryNone");
  return (
    <Form
      form={form}
      className="dialog-body stack gap-3.5"
      footer={
        <DialogFoot>
          <DialogClose>{ui("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("save")}</SubmitButton>
        </DialogFoot>
      }
    >
      <TextField name="name" label={translate("name")} defaultValue={row.name} maxLength={64} />
      <ExpiryField termEnd={choices.termEnd} first={<option value="keep">{translate("expiryKeep", { end })}</option>} />
      <ModelsField models={models} picked={row.models} />
      <CapFields limits={row} />
      <FoldedCountFields limits={row} />
      <NetworksField networks={row.networks} presentAddress={choices.presentAddress} />
    </Form>
  );
}
