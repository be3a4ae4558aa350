"use client";
import type { OwnFundingRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, TextField } from "#components/form/fields.tsx";
import { FormDialog } from "#components/form/form-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { askForMyself, decideForColleague } from "../actions.ts";

/** What staff ask for themselves: somebody else of the staff decides. */
export function OwnRequests({ courseId, requests }: { courseId: string; requests: OwnFundingRow[] }) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const { act, pending } = useAct();
  const decide = (request: OwnFundingRow, grant: boolean) =>
    act(
      () => decideForColleague({ courseId, requestId: request.id, grant }),
      () => ({ message: translate(grant ? "requestGranted" : "requestRefused", { name: request.name }) }),
    );
  return (
    <ul className="border-y border-line">
      {requests.map((request) => (
        <li key={request.id} className="row wrap between border-b border-line py-2 last:border-b-0">
          <span>
            <span className="medium">{request.name}</span>{" "}
            {translate(`fundingLine.${request.mode}`, { amount: format.money(request.amountNanos) })}
            <span className="block muted small">
              {format.dateTime(request.askedAt)} {request.reason}
            </span>
          </span>
          {request.isOwn ? (
            <span className="muted small">{translate("waitsForColleague")}</span>
          ) : (
            <span className="row">
              <Button size="sm" aria-disabled={pending} onClick={() => decide(request, true)}>
                {translate("grantRequest")}
              </Button>
              <Button size="sm" variant="ghost" aria-disabled={pending} onClick={() => decide(request, false)}>
                {translate("refuseRequest")}
              </Button>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Nobody raises the own balance: this asks a colleague to. */
export function AskForMyself({ courseId }: { courseId: string }) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const form = useActionForm(askForMyself, {
    toInput: (values) => ({
      courseId,
      mode: values.mode as "add" | "top-up-to",
      amount: String(values.amount),
      reason: String(values.reason),
    }),
    onSuccess: () => {
      setOpen(false);
      toast({ message: translate("asked") });
    },
  });
  return (
    <FormDialog
      title={translate("askTitle")}
      opener={translate("askForMyself")}
      verb={translate("ask")}
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
      <SelectField name="mode" label={translate("fundMode")} hint={translate("askMeans")}>
        <option value="add">{translate("mode.add")}</option>
        <option value="top-up-to">{translate("mode.top-up-to")}</option>
      </SelectField>
      <TextField name="reason" label={translate("reason")} hint={translate("askReasonHint")} maxLength={200} />
    </FormDialog>
  );
}
