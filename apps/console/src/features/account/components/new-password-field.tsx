"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { PasswordField } from "#components/form/fields.tsx";

/** A password being chosen: on leaving the field it says how many characters are missing. */
export function NewPasswordField({ name, label, minimum }: { name: string; label: string; minimum: number }) {
  const translate = useTranslations("account");
  const [missing, setMissing] = useState(0);
  const measure = (value: string) => (value === "" ? 0 : Math.max(0, minimum - [...value].length));
  return (
    <PasswordField
      name={name}
      label={label}
      autoComplete="new-password"
      hint={translate("passwordHint", { minimum })}
      error={missing > 0 ? translate("passwordShort", { minimum, missing }) : undefined}
      onBlur={(event) => setMissing(measure(event.target.value))}
      onChange={(event) => missing > 0 && setMissing(measure(event.target.value))}
    />
  );
}
