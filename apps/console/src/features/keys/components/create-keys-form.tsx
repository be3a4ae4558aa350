"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextareaField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { createKeys } from "../actions.ts";
import type { MadeKeys } from "../made-key.ts";
import type { KeyChoices } from "../queries.ts";
import { NewKeyFields } from "./key-form-fields.tsx";
import { linesOf, newKeyInputOf } from "./key-input.ts";

/** Keys for several programs or devices, alike but for their names. */
export function CreateKeysForm({ choices, onMade }: { choices: KeyChoices; onMade: (keys: MadeKeys) => void }) {
  const translate = useTranslations("keys");
  const ui = useTranslations("ui");
  const [text, setText] = useState("");
  const form = useActionForm(createKeys, {
    toInput: (values) => ({ ...newKeyInputOf(values), names: linesOf(values.names) }),
    onSuccess: onMade,
  });
  const count = linesOf(text).filter((line) => line.trim() !== "").length;
  return (
    <Form
      form={form}
      className="dialog-body stack gap-3.5"
      footer={
        <DialogFoot>
          <DialogClose>{ui("cancel")}</DialogClose>
          <SubmitButton pending={form.pending}>{translate("createCount", { count })}</SubmitButton>
        </DialogFoot>
      }
    >
      <TextareaField
        name="names"
        label={translate("names")}
        hint={translate("namesHint")}
        rows={4}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <NewKeyFields choices={choices} />
    </Form>
  );
}
