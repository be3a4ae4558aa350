"use client";
import { allowanceModes, allowancePeriods } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { SelectField, TextField } from "#components/form/fields.tsx";
import { amountProblem } from "#features/users/schema.ts";
import { useFormat } from "#i18n/format-context.tsx";
import type { MoneyChoice, MoneySum } from "../money-sum.ts";

const choices = ["none", "once", ...allowancePeriods] as const;

/** What the students of a list get along with it: how often, how much each, until when; and what that comes to. */
export function ImportMoney({
  choice,
  sum,
  courseLastDay,
  onChange,
}: {
  choice: MoneyChoice;
  sum: MoneySum | null;
  courseLastDay: string;
  onChange: (choice: MoneyChoice) => void;
}) {
  const translate = useTranslations("roster");
  const ofCourse = useTranslations("courses");
  const format = useFormat();
  const { every, mode, amount, lastDay, reason } = choice;
  const change = (part: Partial<MoneyChoice>) => onChange({ ...choice, ...part });
  const problem = amount.trim() !== "" && amountProblem(amount) !== undefined;
  return (
    <section className="grid gap-3" aria-label={translate("money")}>
      <fieldset className="row wrap">
        <legend className="medium mb-1">{translate("money")}</legend>
        {choices.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={each === every}
            onClick={() => change({ every: each })}
          >
            {translate(`every_${each}`)}
          </button>
        ))}
      </fieldset>
      {every !== "none" && (
        <div className="import-money">
          <SelectField
            name="money-mode"
            label={ofCourse("fundMode")}
            value={mode}
            onChange={(event) => change({ mode: event.target.value as MoneyChoice["mode"] })}
          >
            {allowanceModes.map((each) => (
              <option key={each} value={each}>
                {ofCourse(`mode.${each}`)}
              </option>
            ))}
          </SelectField>
          <TextField
            name="money-amount"
            label={ofCourse("amountEach")}
            lead={<span className="muted">{format.symbol}</span>}
            inputMode="decimal"
            value={amount}
            {...(problem && { error: translate("amountUnread") })}
            onChange={(event) => change({ amount: event.target.value })}
          />
          <TextField
            name="money-last-day"
            label={translate("until")}
            type="date"
            max={courseLastDay}
            value={lastDay}
            onChange={(event) => change({ lastDay: event.target.value })}
          />
          <TextField
            name="money-reason"
            label={ofCourse("reason")}
            maxLength={200}
            value={reason}
            {...(reason.trim() === "" && { error: ofCourse("reasonMissing") })}
            onChange={(event) => change({ reason: event.target.value })}
          />
        </div>
      )}
      {every !== "none" && <p className="small muted">{translate(`every_${every}_means`)}</p>}
      <div role="status" className="rounded-md bg-sunken px-3 py-2 text-sm empty:hidden">
        {sum && <Sum sum={sum} />}
      </div>
    </section>
  );
}

/** 197 × ¥20 = ¥3,940 of the pool's ¥5,000, or what it lacks. */
function Sum({ sum }: { sum: MoneySum }) {
  const translate = useTranslations("courses");
  const ofRoster = useTranslations("roster");
  const format = useFormat();
  const money = (nanos: bigint) => (nanos === 0n ? format.money(nanos) : format.moneyExact(nanos));
  const { raised, lowered, eachNanos, neededNanos, returnedNanos, lackingNanos, availableNanos, isRunning } = sum;
  const isProduct = neededNanos === eachNanos * BigInt(raised);
  if (isRunning && raised === 0) return <p>{ofRoster("runsAlready")}</p>;
  return (
    <>
      {isRunning && <p>{ofRoster("runsAlready")}</p>}
      <p>
        {translate(isProduct ? "product" : "raised", { count: raised, each: money(eachNanos) })}{" "}
        <b className="strong">{money(neededNanos)}</b>
        {translate("ofPool", { available: money(availableNanos) })}
      </p>
      {lowered > 0 && <p>{translate("lowered", { count: lowered, returned: money(returnedNanos) })}</p>}
      {lackingNanos > 0n ? (
        <p className="text-danger">{translate("lacking", { amount: money(lackingNanos) })}</p>
      ) : (
        <p className="muted">
          {translate("poolAfter", { amount: money(availableNanos + returnedNanos - neededNanos) })}
        </p>
      )}
    </>
  );
}
