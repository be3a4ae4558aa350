"use client";
import { useTranslations } from "next-intl";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { createKey } from "../actions.ts";
import type { MadeKey } from "../made-key.ts";
import type { KeyChoices } from "../queries.ts";
import { NewKeyFields } from "./key-form-fields.tsx";
import { newKeyInputOf } from "./key-input.ts";

/** All of it is filled in already: who only wants a key presses the button. */
export function CreateKeyForm({
  choices,
  groupId,
  onMade,
}: {
  choices: KeyChoices;
  groupId?: string | undefined;
  onMade: (key: MadeKey) => void;
}) {
  const translate = useTranslations("keys");
  const ui = useTranslations("ui");
  const form = useActionForm(createKey, {
    toInput: (values) => ({ ...newKeyInputOf(values), name: String(values.name ?? "") }),
    onSuccess: onMade,
  });
  return (
    <Form
      form={form}
      className="dialog-body stack gap-3.5"
      footer={
        <DialogFoot>
          <DialogClose>{ui("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("create")}</SubmitButton>
        </DialogFoot>
      }
    >
      <TextField name="name" label={translate("name")} defaultValue={translate("defaultName")} maxLength={64} />
      <NewKeyFields choices={choices} groupId={groupId} />
    </Form>
  );
}
