"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { Action } from "#server/action-result.ts";

interface SettingFormProps<Input> {
  action: Action<Input, { changed: string[]; inForce: boolean }>;
  toInput: (values: FormValues) => Input;
  /** Beside the button: what saving does beyond saving. */
  note?: ReactNode;
  children: ReactNode;
}

/** One section of the settings with a save button of its own. */
export function SettingForm<Input>({ action, toInput, note, children }: SettingFormProps<Input>) {
  const translate = useTranslations("settings");
  const toast = useToast();
  const form = useActionForm(action, {
    toInput,
    onSuccess: ({ changed, inForce }) =>
      toast({ message: translate(changed.length === 0 ? "unchanged" : inForce ? "saved" : "savedSoon") }),
  });
  return (
    <Form
      form={form}
      footer={
        <div className="row wrap gap3 mt-4">
          <SubmitButton variant={undefined} pending={form.pending}>
            {translate("save")}
          </SubmitButton>
          {note && <span className="muted small">{note}</span>}
        </div>
      }
    >
      {children}
    </Form>
  );
}
