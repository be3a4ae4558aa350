"use client";
import type { ChosenMember } from "@lyceum/db";
import { type AllowanceMode, parseAmount } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { amountProblem } from "#features/users/schema.ts";
import { useFormat } from "#i18n/format-context.tsx";
import { sumFunding } from "../arithmetic.ts";

/** The arithmetic of what is about to be done, spoken when it changes; empty while nothing readable is typed. */
export function FundPreview({
  mode,
  members,
  amount,
  availableNanos,
}: {
  mode: AllowanceMode;
  members: readonly ChosenMember[];
  amount: string;
  availableNanos: bigint;
}) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const nanos = amount.trim() !== "" && amountProblem(amount) === undefined ? parseAmount(amount) : undefined;
  const now = members.map((member) => member.nowNanos);
  const sum = nanos === undefined ? undefined : sumFunding(mode, now, nanos, availableNanos);
  const money = (each: bigint) => (each === 0n ? format.money(each) : format.moneyExact(each));
  return (
    <div role="status" className="rounded-md bg-sunken px-3 py-2 text-sm empty:hidden">
      {nanos !== undefined && sum && (
        <>
          <p>
            {mode === "add"
              ? translate("product", { count: sum.people, each: money(nanos) })
              : translate("raised", { count: sum.raised, each: money(nanos) })}{" "}
            <b className="strong">{money(sum.neededNanos)}</b>
            {translate("ofPool", { available: money(availableNanos) })}
          </p>
          {sum.lowered > 0 && <p>{translate("lowered", { count: sum.lowered, returned: money(sum.returnedNanos) })}</p>}
          {sum.lackingNanos > 0n ? (
            <p className="text-danger">{translate("lacking", { amount: money(sum.lackingNanos) })}</p>
          ) : (
            <p className="muted">
              {translate("poolAfter", { amount: money(availableNanos + sum.returnedNanos - sum.neededNanos) })}
            </p>
          )}
        </>
      )}
    </div>
  );
}
