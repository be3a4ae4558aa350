"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
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
  const change = (next: boolean) => {
    form.reset();
    setOpen(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={translate("fundPool")}
      width="narrow"
      trigger={<Button>{translate("fundPool")}</Button>}
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("fundPool")}</SubmitButton>
          </DialogFoot>
        }
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
      </Form>
    </Dialog>
  );
}
