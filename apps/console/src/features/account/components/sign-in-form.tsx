"use client";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState } from "react";
import { PasswordField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { parkLink } from "#features/playground/share/parked-link.ts";
import { enter, signInWith } from "./sign-in.ts";

interface SignInFormProps {
  /** A path of this site, checked by the page. */
  next: string;
  contact: string;
  /** Another way in stands above it, and has the eye. */
  isSecond: boolean;
}

export function SignInForm({ next, contact, isSecond }: SignInFormProps) {
  const translate = useTranslations("account");
  const missing = useTranslations("validation")("required");
  const [empty, setEmpty] = useState<{ studentId?: string; password?: string }>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  useEffect(parkLink, []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const form = event.currentTarget;
    const data = new FormData(form);
    const studentId = String(data.get("studentId")).trim();
    const password = String(data.get("password"));
    setFailure(null);
    setEmpty({ studentId: studentId ? undefined : missing, password: password ? undefined : missing });
    if (!studentId || !password) {
      form.querySelector<HTMLInputElement>(`[name=${studentId ? "password" : "studentId"}]`)?.focus();
      return;
    }
    setPending(true);
    const answer = await signInWith(studentId, password, contact, translate);
    if (answer.ok) return enter(next);
    setPending(false);
    setFailure(answer.message);
    form.querySelector<HTMLInputElement>("[name=password]")?.select();
  };

  return (
    <form className="stack" noValidate method="post" onSubmit={submit}>
      <TextField
        name="studentId"
        label={translate("studentId")}
        error={empty.studentId}
        autoComplete="username"
        autoCapitalize="characters"
        spellCheck={false}
        autoFocus={!isSecond}
      />
      <PasswordField
        name="password"
        label={translate("password")}
        error={empty.password}
        autoComplete="current-password"
      />
      <div role="alert">{failure && <Notice tone="danger">{failure}</Notice>}</div>
      <SubmitButton block variant={isSecond ? undefined : "primary"} pending={pending}>
        {translate("signIn")}
      </SubmitButton>
    </form>
  );
}
