"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { TextField } from "#components/form/fields.tsx";
import { FormDialog } from "#components/form/form-dialog.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { fundCoursePool } from "../actions.ts";

/** An admin's: more money for the pool. */
export function FundPool({ courseId }: { courseId: string }) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const form = useActionForm(fundCoursePool, {
    toInput: (values) => ({
      courseId,
      amount: String(values.amount),
      lastDay: String(values.lastDay),
      reason: String(values.reason),
    }),
    onSuccess: () => {
      setOpen(false);
      toast({ message: translate("poolFunded") });
    },
  });
  return (
    <FormDialog
      title={translate("fundPool")}
      verb={translate("fundPool")}
      cancel={translate("cancel")}
      form={form}
      open={open}
      setOpen={setOpen}
    >
      <TextField
        name="amount"
        label={translate("amount")}
        lead={<span className="muted">{format.symbol}</span>}
        inputMode="decimal"
      />
      <TextField
        name="lastDay"
        label={translate("poolLastDay")}
        hint={translate("poolLastDayHint")}
        type="date"
        optional
      />
      <TextField name="reason" label={translate("reason")} maxLength={200} />
    </FormDialog>
  );
}
