import type { CreditRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";

/** What the balance is made of, in the order in which it is spent. */
export async function PersonCredits({ credits }: { credits: CreditRow[] }) {
  const [translate, format] = await Promise.all([getTranslations("users"), getFormat()]);
  if (credits.length === 0) return <p className="muted small">{translate("noCredits")}</p>;
  return (
    <ul className="grid gap-1 text-sm">
      {credits.map((credit) => (
        <li key={credit.id} className="row between items-baseline">
          <span className="min-w-0">
            {translate(`credit.${credit.kind}`)}
            <span className="muted">
              {" "}
              {credit.endsAt
                ? translate("endsAt", { date: format.date(new Date(credit.endsAt.getTime() - 1)) })
                : translate("noEnd")}
            </span>
          </span>
          <span className="nowrap">
            {format.money(credit.remainingNanos)}
            {credit.remainingNanos !== credit.amountNanos && (
              <span className="muted"> {translate("ofAmount", { amount: format.money(credit.amountNanos) })}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
