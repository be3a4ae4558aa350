"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Dialog, DialogBody, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { fundUsers } from "../actions.ts";
import { AmountPreview } from "./amount-preview.tsx";
import { type MissingRow, MissingTable } from "./missing-table.tsx";
import type { Chosen } from "./selection.tsx";

interface AmountDialogProps {
  mode: "add" | "set";
  people: Chosen[];
  onClose: () => void;
  onDone?: () => void;
}

/** Adds to, or sets, balances with a reason; the arithmetic stands there before the button is pressed. */
export function AmountDialog({ mode, people, onClose, onDone }: AmountDialogProps) {
  const translate = useTranslations("users");
  const format = useFormat();
  const toast = useToast();
  const [amount, setAmount] = useState("");
  const [missing, setMissing] = useState<MissingRow[]>([]);
  const form = useActionForm(fundUsers, {
    toInput: (values) => ({
      userIds: people.map((person) => person.id),
      mode,
      amount: String(values.amount),
      reason: String(values.reason),
    }),
    onSuccess: (data) => {
      if (data.missing.length > 0) return setMissing(data.missing);
      toast({ message: translate(mode === "add" ? "addedMany" : "setMany", { count: data.people }) });
      onClose();
      onDone?.();
    },
  });
  const only = people.length === 1 ? people[0] : undefined;
  const close = () => {
    onClose();
    if (missing.length > 0) onDone?.();
  };
  const title = only
    ? translate(mode === "add" ? "addTo" : "setOf", { name: only.name })
    : translate(mode === "add" ? "addTitle" : "setTitle", { count: people.length });

  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={title} description={only?.studentId} width="narrow">
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
                {translate(mode === "add" ? "addCount" : "setCount", { count: people.length })}
              </SubmitButton>
            </DialogFoot>
          }
        >
          <TextField
            name="amount"
            label={translate(mode === "add" ? "amountEach" : "amountTarget")}
            lead={<span className="muted">{format.symbol}</span>}
            inputMode="decimal"
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
          />
          <TextField name="reason" label={translate("reason")} hint={translate("reasonHint")} maxLength={200} />
          <AmountPreview mode={mode} people={people} amount={amount} />
        </Form>
      )}
    </Dialog>
  );
}
