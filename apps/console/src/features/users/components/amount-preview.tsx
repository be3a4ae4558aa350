"use client";
import { parseAmount } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useFormat } from "#i18n/format-context.tsx";
import { sumUp } from "../arithmetic.ts";
import { amountProblem } from "../schema.ts";
import type { Chosen } from "./selection.tsx";

/** The arithmetic of what is about to be done, spoken when it changes; empty while nothing readable is typed. */
export function AmountPreview({ mode, people, amount }: { mode: "add" | "set"; people: Chosen[]; amount: string }) {
  const translate = useTranslations("users");
  const format = useFormat();
  const readable = amount.trim() !== "" && amountProblem(amount) === undefined;
  const balances = people.map((person) => person.balanceNanos);
  const sum = readable ? sumUp(mode, balances, parseAmount(amount)) : undefined;
  const exact = (nanos: bigint) => (nanos === 0n ? format.money(nanos) : format.moneyExact(nanos));
  return (
    <div role="status" className="rounded-md bg-sunken px-3 py-2 text-sm empty:hidden">
      {sum && (
        <>
          <p>
            {translate("people", { count: sum.people })} × {exact(sum.amountNanos)} ={" "}
            <b className="strong">{exact(sum.productNanos)}</b>
          </p>
          <p className="muted">
            {translate(people.length === 1 ? "balanceChange" : "sumChange")} {exact(sum.beforeNanos)} →{" "}
            {exact(sum.afterNanos)}
            {mode === "set" &&
              people.length > 1 &&
              translate("raisedLowered", { raised: sum.raised, lowered: sum.lowered })}
          </p>
        </>
      )}
    </div>
  );
}
