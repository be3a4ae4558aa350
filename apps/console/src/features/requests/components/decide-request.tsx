"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { TextareaField, TextField } from "#components/form/fields.tsx";
import { FormDialog } from "#components/form/form-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFundingUndo } from "#features/courses/components/use-funding-undo.ts";
import { useFormat } from "#i18n/format-context.tsx";
import { grantOtherAmount, grantRequest, refuseRequest } from "../actions.ts";

interface Asked {
  id: string;
  courseId: string;
  name: string;
  amountNanos: bigint;
  /** As text, for the field. */
  amount: string;
  /** So much more, and not up to so much. */
  isMore: boolean;
}

/** One tap grants what was asked; another amount, or a refusal, takes a second step. */
export function DecideRequest({ request, isChosen }: { request: Asked; isChosen: boolean }) {
  const translate = useTranslations("requests");
  const format = useFormat();
  const { act, pending } = useAct();
  const button = useRef<HTMLButtonElement>(null);
  const done = useGranted(request);
  useEffect(() => {
    if (!isChosen) return;
    button.current?.focus({ preventScroll: true });
    // Not behind the bar at the bottom of a phone.
    button.current?.scrollIntoView({ block: "center" });
  }, [isChosen]);
  const { id: requestId, courseId } = request;
  const grant = () =>
    act(
      () => grantRequest({ courseId, requestId }),
      ({ fundingId }) => done(fundingId),
    );
  return (
    <div className="row wrap">
      <Button ref={button} variant={isChosen ? "primary" : undefined} aria-disabled={pending} onClick={grant}>
        {translate(request.isMore ? "grant" : "grantUpTo", { amount: format.money(request.amountNanos) })}
      </Button>
      <OtherAmount request={request} />
      <Refuse request={request} />
    </div>
  );
}

/** What is said when it is granted, with its way back. */
function useGranted({ courseId, name }: Asked) {
  const translate = useTranslations("requests");
  const { undo } = useFundingUndo(courseId);
  return (fundingId: string | null) => ({
    message: translate("granted", { name }),
    ...(fundingId !== null && { undo: () => undo(fundingId) }),
  });
}

function OtherAmount({ request }: { request: Asked }) {
  const translate = useTranslations("requests");
  const format = useFormat();
  const toast = useToast();
  const done = useGranted(request);
  const [open, setOpen] = useState(false);
  const form = useActionForm(grantOtherAmount, {
    toInput: (values) => ({
      ...{ courseId: request.courseId, requestId: request.id },
      ...{ amount: String(values.amount), answer: String(values.answer) },
    }),
    onSuccess: ({ fundingId }) => {
      setOpen(false);
      toast(done(fundingId));
    },
  });
  return (
    <FormDialog
      title={translate("otherAmountFor", { name: request.name })}
      opener={translate("otherAmount")}
      verb={translate("grantVerb")}
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
        defaultValue={request.amount}
      />
      <TextareaField name="answer" label={translate("answer")} rows={2} maxLength={200} optional />
    </FormDialog>
  );
}

function Refuse({ request }: { request: Asked }) {
  const translate = useTranslations("requests");
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const form = useActionForm(refuseRequest, {
    toInput: (values) => ({
      ...{ courseId: request.courseId, requestId: request.id },
      answer: String(values.answer),
    }),
    onSuccess: () => {
      setOpen(false);
      toast({ message: translate("refused", { name: request.name }) });
    },
  });
  return (
    <FormDialog
      title={translate("refuseFor", { name: request.name })}
      opener={translate("refuse")}
      verb={translate("refuse")}
      cancel={translate("cancel")}
      form={form}
      open={open}
      setOpen={setOpen}
    >
      <TextareaField
        name="answer"
        label={translate("whyNot")}
        hint={translate("whyNotHint")}
        rows={2}
        maxLength={200}
      />
    </FormDialog>
  );
}
