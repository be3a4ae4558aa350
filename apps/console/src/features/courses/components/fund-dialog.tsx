"use client";
import type { ChosenMember } from "@lyceum/db";
import { type AllowanceMode, allowanceModes } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Dialog, DialogBody, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { type MissingRow, MissingTable } from "#features/users/components/missing-table.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { fundCourseMembers } from "../actions.ts";
import { FundPreview } from "./fund-preview.tsx";
import { useFundingUndo } from "./use-funding-undo.ts";

/** What the dialogs about money need to know of the course. */
export interface FundedCourse {
  id: string;
  availableNanos: bigint;
  /** What is proposed for each; empty: nothing. */
  proposed: string;
  /** YYYY-MM-DD. */
  lastDay: string;
}

interface FundDialogProps {
  course: FundedCourse;
  initialMode: AllowanceMode;
  members: readonly ChosenMember[];
  onClose: () => void;
  onDone?: () => void;
}

/** Adds to, sets or tops up members' money of the course; the arithmetic stands there before the button is pressed. */
export function FundDialog({ course, initialMode, members, onClose, onDone }: FundDialogProps) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const toast = useToast();
  const [mode, setMode] = useState(initialMode);
  const [amount, setAmount] = useState(course.proposed);
  const [missing, setMissing] = useState<MissingRow[]>([]);
  const { undo } = useFundingUndo(course.id);
  const close = () => {
    onClose();
    onDone?.();
  };
  const form = useActionForm(fundCourseMembers, {
    toInput: (values) => ({
      courseId: course.id,
      memberIds: members.map((member) => member.id),
      mode: values.mode as AllowanceMode,
      amount: String(values.amount),
      reason: String(values.reason),
    }),
    onSuccess: ({ fundingId, changed, missing: kept, pool }) => {
      const [before, after] = [format.money(pool.beforeNanos), format.money(pool.afterNanos)];
      if (fundingId === null) toast({ message: translate("nothingToDo") });
      else toast({ message: translate("funded", { count: changed, before, after }), undo: () => undo(fundingId) });
      if (kept.length > 0) setMissing(kept);
      else close();
    },
  });
  const only = members.length === 1 ? members[0] : undefined;
  return (
    <Dialog
      open
      onOpenChange={missing.length > 0 ? close : onClose}
      title={only ? translate("fundOne", { name: only.name }) : translate("fundMany", { count: members.length })}
      width="narrow"
    >
      {missing.length > 0 ? (
        <>
          <DialogBody>
            <MissingTable rows={missing} />
          </DialogBody>
          <DialogFoot>
            <DialogClose>{translate("close")}</DialogClose>
          </DialogFoot>
        </>
      ) : (
        <Form
          form={form}
          className="dialog-body stack"
          footer={
            <DialogFoot>
              <DialogClose>{translate("cancel")}</DialogClose>
              <SubmitButton pending={form.pending}>
                {translate(`fundVerb.${mode}`, { count: members.length })}
              </SubmitButton>
            </DialogFoot>
          }
        >
          <TextField
            name="amount"
            label={translate("amountEach")}
            lead={<span className="muted">{format.symbol}</span>}
            inputMode="decimal"
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
          />
          <SelectField
            name="mode"
            label={translate("fundMode")}
            hint={translate(`fundMeans.${mode}`)}
            value={mode}
            onChange={(event) => setMode(event.target.value as AllowanceMode)}
          >
            {allowanceModes.map((each) => (
              <option key={each} value={each}>
                {translate(`mode.${each}`)}
              </option>
            ))}
          </SelectField>
          <TextField name="reason" label={translate("reason")} hint={translate("reasonHint")} maxLength={200} />
          <FundPreview mode={mode} members={members} amount={amount} availableNanos={course.availableNanos} />
        </Form>
      )}
    </Dialog>
  );
}
