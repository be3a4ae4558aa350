"use client";
import { useTranslations } from "next-intl";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { capKey } from "../actions.ts";

interface CapFormProps {
  keyId: string;
  name: string;
  proposed: string;
  /** The cap that the key has, in words, which this one takes the place of. */
  present: string | undefined;
}

/** Caps the key that used the money up, by the day, so that a loop can't do it again. */
export function CapForm({ keyId, name, proposed, present }: CapFormProps) {
  const translate = useTranslations("work");
  const format = useFormat();
  const toast = useToast();
  const form = useActionForm(capKey, {
    toInput: (values) => ({ keyId, cap: String(values.cap ?? ""), capPeriod: "day" as const }),
    onSuccess: () => toast({ message: translate("capped", { key: name }) }),
  });
  return (
    <Form form={form} className="row wrap items-end mt-3">
      <TextField
        name="cap"
        label={translate("capADay", { key: name })}
        hint={present === undefined ? undefined : translate("capReplaces", { present })}
        lead={<span className="unit">{format.symbol}</span>}
        inputMode="decimal"
        defaultValue={proposed}
        className="w-44"
      />
      <SubmitButton variant={undefined} pending={form.pending}>
        {translate("cap")}
      </SubmitButton>
    </Form>
  );
}
