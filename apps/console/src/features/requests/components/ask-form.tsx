"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, TextareaField, TextField } from "#components/form/fields.tsx";
import { FormDialog } from "#components/form/form-dialog.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { askForMore } from "../actions.ts";

export interface AskableChoice {
  id: string;
  name: string;
  /** What the field proposes; empty: nothing. */
  amount: string;
}

/** Asks the staff of a course for money of it. `reason` is a start that the person can change. */
export function AskForm({
  courses,
  reason,
  firstDay,
  ofStaff = false,
}: {
  courses: readonly AskableChoice[];
  reason: string;
  /** Today, as the earliest deadline. */
  firstDay: string;
  /** Staff ask for themselves: a colleague decides. */
  ofStaff?: boolean;
}) {
  const translate = useTranslations("requests");
  const format = useFormat();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [first] = courses;
  const form = useActionForm(askForMore, {
    toInput: (values) => ({
      courseId: String(values.courseId ?? first?.id),
      mode: values.mode === "top-up-to" ? ("top-up-to" as const) : ("add" as const),
      amount: String(values.amount),
      reason: String(values.reason),
      deadline: String(values.deadline),
    }),
    onSuccess: () => {
      setOpen(false);
      toast({ message: translate(ofStaff ? "askedColleague" : "askedStaff") });
    },
  });
  return (
    <FormDialog
      title={translate(ofStaff ? "askForMyself" : "askForMore")}
      verb={translate("ask")}
      cancel={translate("cancel")}
      form={form}
      open={open}
      setOpen={setOpen}
    >
      {courses.length > 1 && (
        <SelectField name="courseId" label={translate("course")}>
          {courses.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <TextField
        name="amount"
        label={
          courses.length === 1 && !ofStaff ? translate("amountOf", { course: first?.name ?? "" }) : translate("amount")
        }
        lead={<span className="muted">{format.symbol}</span>}
        inputMode="decimal"
        defaultValue={courses.length === 1 ? first?.amount : ""}
      />
      {ofStaff && (
        <SelectField name="mode" label={translate("mode")} hint={translate("askMeans")}>
          <option value="add">{translate("modes.add")}</option>
          <option value="top-up-to">{translate("modes.top-up-to")}</option>
        </SelectField>
      )}
      <TextareaField
        name="reason"
        label={translate("reason")}
        hint={translate("reasonHint")}
        maxLength={200}
        defaultValue={reason}
      />
      <TextField name="deadline" label={translate("deadline")} type="date" min={firstDay} optional />
    </FormDialog>
  );
}
