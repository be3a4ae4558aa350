"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { PasswordField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Notice } from "#components/ui/notice.tsx";
import { enter } from "#features/account/components/sign-in.ts";
import { settleArrival } from "../actions.ts";

/** Whose was the account that is there already? `canRefuse`: it may be given up by whoever had it. */
export function SettleForm({ studentId, canRefuse }: { studentId: string; canRefuse: boolean }) {
  const translate = useTranslations("campus");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [entering, setEntering] = useState(false);
  const onSuccess = (data: { next: string } | { refusal: string }) => {
    if ("refusal" in data) return setRefusal(data.refusal);
    setEntering(true);
    enter(data.next);
  };
  const keep = useActionForm(settleArrival, {
    toInput: (values) => ({ choice: "keep" as const, password: String(values.password) }),
    onSuccess,
  });
  const refuse = useActionForm(settleArrival, { toInput: () => ({ choice: "not-mine" as const }), onSuccess });
  const isBusy = keep.pending || refuse.pending || entering;
  return (
    <>
      <div role="alert">{refusal && <Notice tone="danger">{refusal}</Notice>}</div>
      <Form form={keep}>
        <input type="hidden" name="username" value={studentId} autoComplete="username" />
        <PasswordField name="password" label={translate("itsPassword")} autoComplete="current-password" />
        <SubmitButton block pending={isBusy}>
          {translate("keep")}
        </SubmitButton>
      </Form>
      {canRefuse && (
        <section className="stack">
          <h2>{translate("notMine")}</h2>
          <p className="muted small">{translate("notMineMeans")}</p>
          <Form form={refuse}>
            <SubmitButton block variant={undefined} pending={isBusy}>
              {translate("startOver")}
            </SubmitButton>
          </Form>
        </section>
      )}
    </>
  );
}
