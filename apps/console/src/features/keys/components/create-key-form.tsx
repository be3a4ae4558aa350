"use client";
import { noLimits } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { CapFields, FoldedCountFields } from "#features/limits/components/limit-fields.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { createKey } from "../actions.ts";
import type { KeyChoices } from "../queries.ts";
import { ExpiryField, ModelsField } from "./key-fields.tsx";
import { keyInputOf } from "./key-input.ts";

/** The answer of createKey: the one time that the secret is seen. */
export interface MadeKey {
  id: string;
  secret: string;
  prefix: string;
  lastFour: string;
  name: string;
  expiresAt: Date | null;
  /** For the sample code; null: no model works for this key. */
  model: string | null;
  baseUrl: string;
}

/** All of it is filled in already: who only wants a key presses the button. */
export function CreateKeyForm({ choices, onMade }: { choices: KeyChoices; onMade: (key: MadeKey) => void }) {
  const translate = useTranslations("keys");
  const ui = useTranslations("ui");
  const format = useFormat();
  const [groupId, setGroupId] = useState(choices.groups[0]?.id ?? "");
  const form = useActionForm(createKey, {
    toInput: (values) => ({
      ...keyInputOf(values),
      groupId,
      expiry: String(values.expiry) as "term",
    }),
    onSuccess: onMade,
  });
  const group = choices.groups.find((each) => each.id === groupId);
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
      <div className={choices.groups.length > 1 ? "grid gap-3 md:grid-cols-2" : "contents"}>
        {choices.groups.length > 1 && (
          <SelectField
            name="groupId"
            label={translate("group")}
            value={groupId}
            onChange={(event) => setGroupId(event.target.value)}
          >
            {choices.groups.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name} {format.multiplier(each.multiplierPpm)}
              </option>
            ))}
          </SelectField>
        )}
        <ExpiryField termEnd={choices.termEnd} />
      </div>
      <ModelsField key={groupId} models={group?.models ?? []} picked={[]} />
      <CapFields limits={noLimits} />
      <FoldedCountFields limits={noLimits} />
    </Form>
  );
}
