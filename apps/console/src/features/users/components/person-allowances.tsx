import type { AllowanceRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Status } from "#components/ui/status.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { AllowanceButton } from "./allowance-button.tsx";
import { AllowanceStop } from "./allowance-stop.tsx";

/** What comes by itself, when next, and whether a pool failed to pay. */
export async function PersonAllowances({
  person,
  allowances,
}: {
  person: { id: string; name: string };
  allowances: AllowanceRow[];
}) {
  const [translate, format] = await Promise.all([getTranslations("users"), getFormat()]);
  return (
    <section className="stack">
      <div className="row between">
        <h3>{translate("allowances")}</h3>
        <AllowanceButton person={person} />
      </div>
      {allowances.length === 0 && <p className="muted small">{translate("noAllowances")}</p>}
      <ul className="grid">
        {allowances.map((allowance) => {
          const { id, mode, period, amountNanos, courseCode, nextAt, note, failedAt, missingNanos } = allowance;
          const words = {
            mode: translate(`allowanceMode.${mode}`),
            amount: format.money(amountNanos),
            period: translate(`allowancePeriod.${period}`),
          };
          return (
            <li key={id} className="row between border-t border-line py-2 first:border-t-0">
              <span className="min-w-0 text-sm">
                <span className="medium">
                  {words.period} {words.mode} {words.amount}
                </span>
                <span className="block muted">
                  {nextAt && (
                    <span title={format.exact(nextAt)}>{translate("nextAt", { date: format.date(nextAt) })}</span>
                  )}{" "}
                  {courseCode && translate("paidBy", { course: courseCode })} {note}
                </span>
                {failedAt && missingNanos !== null && (
                  <Status kind="warn">
                    {translate("poolLacked", { date: format.date(failedAt), amount: format.money(missingNanos) })}
                  </Status>
                )}
              </span>
              <AllowanceStop allowanceId={id} label={translate("stopAllowanceOf", words)} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
