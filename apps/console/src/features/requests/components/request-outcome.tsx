import type { OwnFundingRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";

/** What became of a request, in words: how much, by whom, when, and what was said with it. */
export async function RequestOutcome({ request }: { request: OwnFundingRow }) {
  const [translate, format] = await Promise.all([getTranslations("requests"), getFormat()]);
  const { outcome, grantedNanos, decidedAt, decidedBy, answer, isUndone } = request;
  if (outcome === null || decidedAt === null) return translate("waits");
  const amount = format.money(grantedNanos ?? 0n);
  return (
    <>
      {translate(`outcome.${outcome}`, { amount })}
      {isUndone && ` ${translate("undoneSince")}`}
      <span className="block muted tiny">
        <span title={format.exact(decidedAt)}>{format.dateTime(decidedAt)}</span>
        {decidedBy !== null && ` ${decidedBy}`}
        {answer !== null && ` ${translate("quoted", { reason: answer })}`}
      </span>
    </>
  );
}
