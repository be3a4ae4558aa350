import { findHeaviestUse, HEAVIEST_USE_DAYS } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { Link } from "#components/ui/link.tsx";
import { getOwnAccount } from "#features/balance/queries.ts";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { CapForm } from "./cap-form.tsx";

/** A daily cap of a fifth of what one go cost, in whole cents, and never nothing. */
function proposedCap(chargeNanos: bigint): string {
  const cents = chargeNanos / 5n / 10_000_000n;
  return formatAmount((cents > 0n ? cents : 1n) * 10_000_000n);
}

/** What used the money up, and the way to keep it from doing so again. */
export async function HeaviestUsePanel({ userId }: { userId: string }) {
  const account = await getOwnAccount(userId);
  const [use, translate, format] = await Promise.all([
    findHeaviestUse(getDb(), account.id),
    getTranslations("work"),
    getFormat(),
  ]);
  if (use === null) return null;
  const { keyId, keyName, isKeyThere, model, requests, percent, firstAt, lastAt, chargeNanos } = use;
  const day = `/usage?day=${format.isoDay(firstAt)}&by=key`;
  return (
    <Section title={translate("whatUsedIt")} facts={translate("ofDays", { days: HEAVIEST_USE_DAYS })}>
      <p>
        {translate.rich("heaviest", {
          percent,
          requests,
          span: firstAt.getTime() === lastAt.getTime() ? format.dateTime(firstAt) : format.span(firstAt, lastAt),
          key: keyName ?? translate("fromConsole"),
          model,
          amount: format.money(chargeNanos),
          strong: (words) => <b className="strong">{words}</b>,
          code: (words) => <code className="whitespace-normal!">{words}</code>,
        })}{" "}
        <Link href={day}>{translate("seeRequests")}</Link>
      </p>
      {keyId !== null && isKeyThere && (
        <CapForm keyId={keyId} name={keyName ?? ""} proposed={proposedCap(chargeNanos)} />
      )}
    </Section>
  );
}
