"use client";
import { type AllowanceMode, type AllowancePeriod, allowanceModes, allowancePeriods } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { addAllowance } from "../actions.ts";

/** Gives one person an allowance. */
export function AllowanceButton({ person }: { person: { id: string; name: string } }) {
  const translate = useTranslations("users");
  const format = useFormat();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const form = useActionForm(addAllowance, {
    toInput: (values) => ({
      userId: person.id,
      mode: String(values.mode) as AllowanceMode,
      period: String(values.period) as AllowancePeriod,
      amount: String(values.amount),
      lastDay: String(values.lastDay ?? ""),
      reason: String(values.reason),
    }),
    onSuccess: () => {
      toast({ message: translate("allowanceAdded") });
      setOpen(false);
    },
  });
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={translate("allowanceFor", { name: person.name })}
      description={translate("startsNow")}
      width="narrow"
      trigger={<Button size="sm">{translate("addAllowance")}</Button>}
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("addAllowance")}</SubmitButton>
          </DialogFoot>
        }
      >
        <SelectField name="mode" label={translate("mode")}>
          {allowanceModes.map((mode) => (
            <option key={mode} value={mode}>
              {translate(`allowanceModes.${mode}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          name="amount"
          label={translate("amount")}
          lead={<span className="muted">{format.symbol}</span>}
          inputMode="decimal"
        />
        <SelectField name="period" label={translate("period")}>
          {allowancePeriods.map((period) => (
            <option key={period} value={period}>
              {translate(`allowancePeriod.${period}`)}
            </option>
          ))}
        </SelectField>
        <TextField name="lastDay" type="date" label={translate("lastDay")} hint={translate("lastDayHint")} />
        <TextField name="reason" label={translate("reason")} hint={translate("reasonHint")} maxLength={200} />
      </Form>
    </Dialog>
  );
}
