"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { redeem } from "../actions.ts";

/** Turns a code into money. `code`: from a link; it is redeemed by nobody but the reader. */
export function RedeemForm({ code }: { code: string }) {
  const translate = useTranslations("vouchers");
  const format = useFormat();
  const [refusal, setRefusal] = useState<string>();
  const [done, setDone] = useState<string>();
  const form = useActionForm(redeem, {
    toInput: (values) => {
      setRefusal(undefined);
      setDone(undefined);
      return { code: String(values.code) };
    },
    onSuccess: (answer, element) => {
      if (!answer.redeemed) {
        const seconds = Math.ceil((answer.retryAfterMs ?? 0) / 1000);
        setRefusal(translate(`refusal.${answer.refusal}`, { seconds }));
        return;
      }
      const { amountNanos, note, course, endsAt } = answer;
      const until = endsAt === null ? "none" : format.date(endsAt);
      setDone(translate("redeemed", { amount: format.money(amountNanos), note, course: course ?? "none", until }));
      const field = element.elements.namedItem("code");
      if (field instanceof HTMLInputElement) field.value = "";
    },
  });
  return (
    <div className="grid gap-3">
      <Form form={form} className="claim">
        <TextField
          name="code"
          label={translate("code")}
          className="min-w-60 max-w-80 grow"
          placeholder="XXXX-XXXX-XXXX-XXXX"
          defaultValue={code}
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={64}
          {...(refusal === undefined ? {} : { error: refusal })}
        />
        <SubmitButton variant={code === "" ? undefined : "primary"} pending={form.pending}>
          {translate("redeem")}
        </SubmitButton>
      </Form>
      <div role="status" className="empty:hidden">
        {done && <Notice tone="positive">{done}</Notice>}
      </div>
    </div>
  );
}
