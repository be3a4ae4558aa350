"use client";
import { useTranslations } from "next-intl";
import { SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { enter } from "#features/account/components/sign-in.ts";
import { confirmEmail } from "../actions.ts";

/** A press, because programs that look into mails open links too. */
export function ConfirmEmail({ token }: { token: string }) {
  const translate = useTranslations("mail");
  const form = useActionForm(confirmEmail, {
    toInput: () => ({ token }),
    // Whose ID it has proven finds courses and money on the home page.
    onSuccess: ({ courses }) => enter(courses > 0 ? "/" : "/settings"),
  });
  return (
    <Form form={form} className="stack">
      <div>
        <SubmitButton pending={form.pending}>{translate("confirm")}</SubmitButton>
      </div>
    </Form>
  );
}
