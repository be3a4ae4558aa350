"use client";
import { useTranslations } from "next-intl";
import { CheckField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { acceptTerms } from "../actions.ts";
import { enter } from "./sign-in.ts";

export function TermsForm({ version, next }: { version: number; next: string }) {
  const translate = useTranslations("account");
  const form = useActionForm(acceptTerms, {
    toInput: (values) => ({ agree: values.agree as "on", termsVersion: version }),
    onSuccess: () => enter(next),
  });
  return (
    <Form form={form}>
      <CheckField name="agree" label={translate("agree")} />
      <SubmitButton pending={form.pending}>{translate("accept")}</SubmitButton>
    </Form>
  );
}
