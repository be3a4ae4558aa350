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
import { giveRegularly } from "../actions.ts";

interface Props {
  course: { id: string; proposed: string; lastDay: string };
  /** Null: all students of the course. */
  memberIds: readonly string[] | null;
  onClose: () => void;
  onDone?: () => void;
}

/** Money that comes by itself each day, week or month, to the ticked members or to all students. */
export function AllowanceDialog({ course, memberIds, onClose, onDone }: Props) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const toast = useToast();
  const [mode, setMode] = useState<AllowanceMode>("top-up-to");
  const [period, setPeriod] = useState<AllowancePeriod>("week");
  const form = useActionForm(giveRegularly, {
    toInput: (values) => ({
      ...{ courseId: course.id, memberIds: memberIds === null ? null : [...memberIds], mode, period },
      ...{ amount: String(values.amount), lastDay: String(values.lastDay), reason: String(values.reason) },
    }),
    onSuccess: ({ isNew, people, neededNanos }) => {
      const amount = format.money(neededNanos);
      toast({ message: isNew ? translate("allowanceAdded", { count: people, amount }) : translate("allowanceThere") });
      onClose();
      onDone?.();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={memberIds === null ? translate("allowanceAll") : translate("allowanceSome", { count: memberIds.length })}
      width="narrow"
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate("allowanceVerb")}</SubmitButton>
          </DialogFoot>
        }
      >
        <SelectField
          name="period"
          label={translate("allowancePeriod")}
          hint={translate("allowanceMeans")}
          value={period}
          onChange={(event) => setPeriod(event.target.value as AllowancePeriod)}
        >
          {allowancePeriods.map((each) => (
            <option key={each} value={each}>
              {translate(`period.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          name="amount"
          label={translate("amountEach")}
          lead={<span className="muted">{format.symbol}</span>}
          inputMode="decimal"
          defaultValue={course.proposed}
        />
        <SelectField
          name="mode"
          label={translate("fundMode")}
          hint={translate(`allowanceModeMeans.${mode}`)}
          value={mode}
          onChange={(event) => setMode(event.target.value as AllowanceMode)}
        >
          {allowanceModes.map((each) => (
            <option key={each} value={each}>
              {translate(`mode.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          name="lastDay"
          label={translate("lastDay")}
          type="date"
          max={course.lastDay}
          defaultValue={course.lastDay}
        />
        <TextField name="reason" label={translate("reason")} hint={translate("reasonHint")} maxLength={200} />
      </Form>
    </Dialog>
  );
}

/** For all students, those who join later too. */
export function GiveRegularly({ course }: { course: Props["course"] }) {
  const translate = useTranslations("courses");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{translate("allowanceAll")}</Button>
      {open && <AllowanceDialog course={course} memberIds={null} onClose={() => setOpen(false)} />}
    </>
  );
}
