"use client";
import { MIN_PASSWORD_LENGTH } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { CheckField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { register } from "../actions.ts";
import { NewPasswordField } from "./new-password-field.tsx";
import { enter, signInWith } from "./sign-in.ts";

/** Registers, then signs in with the same password. `terms` is their text, drawn by the page. */
export function RegisterForm({
  termsVersion,
  terms,
  contact,
}: {
  termsVersion: number;
  terms: ReactNode;
  contact: string;
}) {
  const translate = useTranslations("account");
  const [entering, setEntering] = useState(false);
  const form = useActionForm(register, {
    toInput: (values) => ({
      studentId: String(values.studentId),
      name: String(values.name),
      password: String(values.password),
      agree: values.agree as "on",
      termsVersion,
      activationCode: String(values.activationCode),
    }),
    onSuccess: async (_, element) => {
      setEntering(true);
      const data = new FormData(element);
      const answer = await signInWith(String(data.get("studentId")), String(data.get("password")), contact, translate);
      enter(answer.ok ? "/" : "/sign-in?done=registered");
    },
  });
  return (
    <Form form={form}>
      <TextField
        name="studentId"
        label={translate("studentId")}
        autoComplete="username"
        autoCapitalize="characters"
        spellCheck={false}
        hint={translate("unverifiedHint")}
      />
      <TextField name="name" label={translate("name")} autoComplete="name" />
      <NewPasswordField name="password" label={translate("password")} minimum={MIN_PASSWORD_LENGTH} />
      <TextField
        name="activationCode"
        label={translate("activationCode")}
        hint={translate("activationCodeHint")}
        optional
        autoCapitalize="characters"
        spellCheck={false}
      />
      <div className="terms">
        {terms}
        <CheckField name="agree" label={translate("agree")} />
      </div>
      <SubmitButton block pending={form.pending || entering}>
        {translate("registerAndSignIn")}
      </SubmitButton>
    </Form>
  );
}
