import { findHeaviestUse, HEAVIEST_USE_DAYS } from "@lyceum/db";
import { noLimits } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { Link } from "#components/ui/link.tsx";
import { getOwnAccount } from "#features/balance/queries.ts";
import { getOwnKeys } from "#features/keys/queries.ts";
import { limitWordsOf } from "#features/limits/gauges.ts";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { proposedCap } from "../proposed-cap.ts";
import { CapForm } from "./cap-form.tsx";

/** What used the money up, and the way to keep it from doing so again. */
export async function HeaviestUsePanel({ userId }: { userId: string }) {
  const account = await getOwnAccount(userId);
  const [use, keys, translate, limitWords, format] = await Promise.all([
    findHeaviestUse(getDb(), account.id),
    getOwnKeys(userId),
    getTranslations("work"),
    getTranslations("limits"),
    getFormat(),
  ]);
  if (use === null) return null;
  const { keyId, keyName, model, requests, percent, firstAt, lastAt, chargeNanos } = use;
  // Not there: asked by the console, or deleted since.
  const key = keys.find((each) => each.id === keyId);
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
      {key && (
        <CapForm
          keyId={key.id}
          name={key.name}
          proposed={proposedCap(chargeNanos, key)}
          present={
            limitWordsOf({ ...noLimits, capNanos: key.capNanos, capPeriod: key.capPeriod }, format, limitWords)[0]
          }
        />
      )}
    </Section>
  );
}
