import type { AllowanceRow, ComingAllowance } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { startOfDay } from "#i18n/zoned-day.ts";

/** When money comes by itself, and how much: 明日 00:00 恢复为 ¥5. */
export async function NextAllowances({ allowances }: { allowances: readonly (AllowanceRow | ComingAllowance)[] }) {
  const [translate, format, { now, timeZone }] = await Promise.all([
    getTranslations("balance"),
    getFormat(),
    getFormatSettings(),
  ]);
  if (allowances.length === 0) return null;
  const tomorrow = startOfDay(now, timeZone, 1).getTime();
  const when = (at: Date) => (at.getTime() === tomorrow ? translate("tomorrow") : format.dateTime(at));
  return (
    <ul className="mt-4 grid gap-1 text-sm">
      {allowances.map(({ id, nextAt, mode, amountNanos, failedAt, note }) => (
        <li key={id}>
          {nextAt && (
            <span title={format.exact(nextAt)}>
              {translate(`allowance_${mode}`, { when: when(nextAt), amount: format.money(amountNanos) })}
            </span>
          )}{" "}
          <span className="muted">{note}</span>
          {failedAt && <p className="text-warning">{translate("allowanceFailed", { date: format.date(failedAt) })}</p>}
        </li>
      ))}
    </ul>
  );
}
