"use client";
import { MIN_PASSWORD_LENGTH } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { PasswordField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { changePassword } from "../actions.ts";
import { NewPasswordField } from "./new-password-field.tsx";
import { enter, signInWith } from "./sign-in.ts";

/** Changes the password, which ends every session, and signs this browser in again with the new one. */
export function PasswordForm({ studentId, contact, next }: { studentId: string; contact: string; next: string }) {
  const translate = useTranslations("account");
  const form = useActionForm(changePassword, {
    toInput: (values) => ({
      currentPassword: String(values.currentPassword),
      newPassword: String(values.newPassword),
    }),
    onSuccess: async (_, element) => {
      const password = String(new FormData(element).get("newPassword"));
      const answer = await signInWith(studentId, password, contact, translate);
      enter(answer.ok ? next : "/sign-in?done=password");
    },
  });
  return (
    <Form form={form}>
      <input type="hidden" autoComplete="username" value={studentId} readOnly />
      <PasswordField
        name="currentPassword"
        label={translate("currentPassword")}
        autoComplete="current-password"
        error={form.code === "invalid_credentials" ? translate("wrongPassword") : undefined}
      />
      <NewPasswordField name="newPassword" label={translate("newPassword")} minimum={MIN_PASSWORD_LENGTH} />
      <SubmitButton pending={form.pending}>{translate("change")}</SubmitButton>
    </Form>
  );
}
