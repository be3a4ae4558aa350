"use client";
import { type AllowanceMode, allowanceModes, parseAmount } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, TextField } from "#components/form/fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { afterFunding, sumAmounts } from "../../arithmetic.ts";
import type { BalancesAnswer } from "../read-balances.ts";

/** As many rows are shown at once; the sums count all of them. */
const PART = 100;

/** Who has how much before and after, what can't be taken and why, and what it comes to. */
export function BalancesReview({
  preview: { rows, bad, available },
  busy,
  failure,
  onApply,
}: {
  preview: Extract<BalancesAnswer, { ok: true }>;
  busy: boolean;
  failure: string | null;
  onApply: (choices: { mode: AllowanceMode; reason: string; skipBad: boolean }) => void;
}) {
  const translate = useTranslations("courses");
  const ofRoster = useTranslations("roster");
  const format = useFormat();
  const [mode, setMode] = useState<AllowanceMode>("set-to");
  const [reason, setReason] = useState("");
  const [shown, setShown] = useState(PART);
  const people = rows.map((each) => ({
    ...each,
    nowNanos: parseAmount(each.now),
    amountNanos: parseAmount(each.amount),
  }));
  const sum = sumAmounts(mode, people, parseAmount(available));
  const money = (nanos: bigint) => format.money(nanos);
  const changes = sum.raised + sum.lowered;
  const canApply = changes > 0 && sum.lackingNanos === 0n && reason.trim() !== "" && !busy;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (canApply) onApply({ mode, reason, skipBad: bad.length > 0 });
      }}
    >
      {bad.length > 0 && (
        <section aria-label={translate("badRows", { count: bad.length })}>
          <h3 className="medium mb-1">{translate("badRows", { count: bad.length })}</h3>
          <ul className="grid gap-1 small">
            {bad.map((each) => (
              <li key={each.row} className="text-danger">
                {ofRoster("rowNumber", { row: each.row })} {whose(each)} {each.sentence}
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="import-money">
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
        <TextField
          name="reason"
          label={translate("reason")}
          hint={translate("reasonHint")}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <Table label={translate("byFile")}>
        <thead>
          <tr>
            <Head>{translate("studentId")}</Head>
            <Head>{translate("name")}</Head>
            <Head numeric>{translate("moneyLeft")}</Head>
            <Head numeric>{translate("afterwards")}</Head>
          </tr>
        </thead>
        <tbody>
          {people.slice(0, shown).map((each) => {
            const after = afterFunding(mode, each.nowNanos, each.amountNanos);
            return (
              <tr key={each.row}>
                <td className="nowrap">{each.studentId}</td>
                <td className="wrap-anywhere">{each.name}</td>
                <td className="num">{money(each.nowNanos)}</td>
                <td className={`num ${after === each.nowNanos ? "muted" : "medium"}`}>{money(after)}</td>
              </tr>
            );
          })}
        </tbody>
      </Table>
      {people.length > shown && (
        <div>
          <Button size="sm" variant="ghost" onClick={() => setShown(shown + PART)}>
            {ofRoster("more", { count: people.length - shown })}
          </Button>
        </div>
      )}
      <div role="status" className="rounded-md bg-sunken px-3 py-2 text-sm">
        <p>
          {translate("fileRaised", { count: sum.raised })} <b className="strong">{money(sum.neededNanos)}</b>
          {translate("ofPool", { available: money(parseAmount(available)) })}
        </p>
        {sum.lowered > 0 && <p>{translate("lowered", { count: sum.lowered, returned: money(sum.returnedNanos) })}</p>}
        {sum.lackingNanos > 0n && (
          <p className="text-danger">{translate("lacking", { amount: money(sum.lackingNanos) })}</p>
        )}
      </div>
      {failure && (
        <div role="alert">
          <Notice tone="danger">{failure}</Notice>
        </div>
      )}
      <div className="roster-foot">
        <span className="muted small grow">{changes === 0 ? translate("nothingToDo") : translate("allOrNothing")}</span>
        <Button type="submit" variant="primary" disabled={!canApply}>
          {bad.length > 0
            ? translate("applyFileWithout", { bad: bad.length, count: changes })
            : translate("applyFile", { count: changes })}
        </Button>
      </div>
    </form>
  );
}

/** Some sentences name the ID themselves. */
function whose({ studentId, name, sentence }: { studentId: string; name: string; sentence: string }): string {
  return [sentence.includes(studentId) ? "" : studentId, name].filter(Boolean).join(" ");
}
