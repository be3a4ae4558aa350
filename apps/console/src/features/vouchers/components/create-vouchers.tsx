"use client";
import { parseAmount } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField, TextField } from "#components/form/fields.tsx";
import { FormDialog } from "#components/form/form-dialog.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { amountProblem } from "#features/users/schema.ts";
import { useFormat } from "#i18n/format-context.tsx";
import { makeVouchers } from "../actions.ts";

export interface VoucherPool {
  courseId: string;
  availableNanos: bigint;
  /** What is proposed for each code; empty: nothing. */
  proposed: string;
  /** The course's last day. */
  lastDay: string;
}

export interface MadeVouchers {
  codes: string[];
  amountNanos: bigint;
  note: string;
  redeemUntil: Date;
}

interface Props {
  /** Null: of no course. */
  pool: VoucherPool | null;
  days: { today: string; until: string };
  onMade: (made: MadeVouchers) => void;
}

/** Codes of the same worth; the arithmetic against the pool stands there before the button is pressed. */
export function CreateVouchers({ pool, days, onMade }: Props) {
  const translate = useTranslations("vouchers");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [amount, setAmount] = useState(pool?.proposed ?? "");
  const [count, setCount] = useState("");
  const form = useActionForm(makeVouchers, {
    toInput: (values) => ({
      courseId: pool?.courseId ?? null,
      ...{ amount: String(values.amount), count: String(values.count), note: String(values.note) },
      ...{ redeemUntil: String(values.redeemUntil), lastDay: String(values.lastDay) },
      membersOnly: values.membersOnly === "on",
    }),
    onSuccess: (made) => {
      setOpen(false);
      onMade(made);
    },
  });
  return (
    <FormDialog
      title={translate("make")}
      verb={translate("makeCount", { count: Number(count) || 0 })}
      cancel={translate("cancel")}
      form={form}
      open={open}
      setOpen={setOpen}
    >
      <div className="grid grid-cols-2 gap-3">
        <TextField
          name="amount"
          label={translate("amountEach")}
          lead={<span className="muted">{format.symbol}</span>}
          inputMode="decimal"
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
        />
        <TextField
          name="count"
          label={translate("codes")}
          inputMode="numeric"
          value={count}
          onChange={(event) => setCount(event.target.value)}
        />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          name="redeemUntil"
          label={translate("redeemUntil")}
          type="date"
          min={days.today}
          max={pool?.lastDay}
          defaultValue={days.until}
        />
        <TextField
          name="lastDay"
          label={translate("moneyUntil")}
          type="date"
          min={days.today}
          max={pool?.lastDay}
          optional
        />
      </div>
      <TextField name="note" label={translate("note")} hint={translate("noteHint")} maxLength={200} />
      {pool && <CheckField name="membersOnly" label={translate("membersOnly")} defaultChecked />}
      <Arithmetic amount={amount} count={count} availableNanos={pool?.availableNanos ?? null} />
    </FormDialog>
  );
}

/** Spoken when it changes; empty while nothing readable is typed. */
function Arithmetic({
  amount,
  count,
  availableNanos,
}: {
  amount: string;
  count: string;
  availableNanos: bigint | null;
}) {
  const translate = useTranslations("vouchers");
  const format = useFormat();
  const each = amount.trim() !== "" && amountProblem(amount) === undefined ? parseAmount(amount) : 0n;
  const codes = /^\d{1,4}$/.test(count.trim()) ? BigInt(count.trim()) : 0n;
  const total = each * codes;
  const money = format.moneyExact;
  return (
    <div role="status" className="rounded-md bg-sunken px-3 py-2 text-sm empty:hidden">
      {total > 0n && (
        <>
          <p>
            {translate("product", { count: Number(codes), each: money(each) })} <b className="strong">{money(total)}</b>
          </p>
          {availableNanos !== null &&
            (total > availableNanos ? (
              <p className="text-danger">{translate("lacking", { amount: money(total - availableNanos) })}</p>
            ) : (
              <p className="muted">{translate("poolAfter", { amount: money(availableNanos - total) })}</p>
            ))}
        </>
      )}
    </div>
  );
}
