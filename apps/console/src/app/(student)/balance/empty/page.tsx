import { advanceOffers, readMeters } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { Page, Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { FreeModelList } from "#features/back-to-work/components/free-model-list.tsx";
import { HeaviestUsePanel } from "#features/back-to-work/components/heaviest-use.tsx";
import { freeModels, goingKeys } from "#features/back-to-work/free-models.ts";
import { isReached, reachedCaps } from "#features/back-to-work/reached-caps.ts";
import { AdvanceOffers } from "#features/balance/components/advance-offers.tsx";
import { NextAllowances } from "#features/balance/components/next-allowances.tsx";
import { getOwnAllowances, getOwnBalance } from "#features/balance/queries.ts";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { getOwnKeys } from "#features/keys/queries.ts";
import { AskPanel } from "#features/requests/components/ask-panel.tsx";
import { getSquare } from "#features/square/queries.ts";
import { RedeemPanel } from "#features/vouchers/components/redeem-panel.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("work");
  return { title: translate("title") };
}

/** The ways back to work for whoever is out of money, the quickest first: the page that an error with 402 leads to. */
export default async function BackToWorkPage() {
  const user = await requireSession();
  const [translate, limitWords, format, { contact }, balance, allowances, offers, square, keys, baseUrl] =
    await Promise.all([
      getTranslations("work"),
      getTranslations("limits"),
      getFormat(),
      getSettings(),
      getOwnBalance(user.id),
      getOwnAllowances(user.id),
      advanceOffers(getDb(), user.id),
      getSquare(user.id),
      getOwnKeys(user.id),
      getBaseUrl(),
    ]);
  const free = freeModels(square);
  const going = goingKeys(keys, square, free);
  const capped = keys.filter(isReached);
  const caps = reachedCaps(await readMeters(getDb(), balance.accountId), format, limitWords);
  const available = format.money(balance.availableNanos);
  return (
    <ClientMessages nouns={["work", "snippets", "balance"]}>
      <Page title={translate("title")} facts={translate("facts", { available })}>
        {capped.length > 0 && (
          <Notice tone="warning" className="mb-5">
            {translate.rich("capsHit", {
              keys: capped.map((key) => key.name).join(translate("listComma")),
              link: (words) => <Link href="/keys">{words}</Link>,
            })}
          </Notice>
        )}
        {caps.map(({ group, cap, anew }) => (
          <Notice key={group} tone="warning" className="mb-5">
            {translate(group === "" ? "capOfAll" : "capOfGroup", { cap, group })}{" "}
            {translate(anew === null ? "capStays" : "capAnew", { time: anew ?? "" })}
          </Notice>
        ))}
        {capped.length === 0 && caps.length === 0 && balance.availableNanos > 0n && (
          <Notice className="mb-5">{translate("enough", { available })}</Notice>
        )}
        <Section title={translate("free")} facts={free.length > 0 && translate("freeFacts")}>
          {free.length === 0 ? (
            <Empty action={<ButtonLink href="/models">{translate("allModels")}</ButtonLink>}>
              {translate("noFree")}
            </Empty>
          ) : (
            <>
              <FreeModelList models={free} keys={going} baseUrl={baseUrl} />
              {going.length === 0 && (
                <p className="small muted mt-2">
                  {translate.rich("noKey", { link: (words) => <Link href="/keys">{words}</Link> })}
                </p>
              )}
            </>
          )}
        </Section>
        {offers.length > 0 && (
          <Section title={translate("advance")}>
            <AdvanceOffers offers={offers} />
          </Section>
        )}
        <RedeemPanel code="" />
        <AskPanel user={user} />
        <Suspense fallback={<Skeleton rows={4} className="section" />}>
          <HeaviestUsePanel userId={user.id} />
        </Suspense>
        {allowances.length > 0 && (
          <Section title={translate("money")}>
            <NextAllowances allowances={allowances} />
          </Section>
        )}
        <p className="muted small mt-6">
          {translate("contact", { ask: contact ? translate("askContact", { contact }) : translate("askStaff") })}
        </p>
      </Page>
    </ClientMessages>
  );
}
