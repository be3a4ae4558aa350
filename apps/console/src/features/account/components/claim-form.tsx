"use client";
import { useTranslations } from "next-intl";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { claimCourses } from "../actions.ts";

/** Proves the own student ID with a code from the teaching staff. */
export function ClaimForm() {
  const translate = useTranslations("account");
  const format = useFormat();
  const toast = useToast();
  const form = useActionForm(claimCourses, {
    toInput: (values) => ({ activationCode: String(values.activationCode) }),
    onSuccess: ({ courses, grantedNanos }) => {
      const amount = grantedNanos > 0n ? format.money(grantedNanos) : "none";
      toast({ message: translate("claimed", { courses: courses.length, amount }) });
    },
  });
  return (
    <Form form={form} className="claim">
      <TextField
        name="activationCode"
        label={translate("activationCode")}
        placeholder="XXXX-XXXX-XXXX"
        autoCapitalize="characters"
        spellCheck={false}
      />
      <SubmitButton variant={undefined} pending={form.pending}>
        {translate("claim")}
      </SubmitButton>
    </Form>
  );
}
