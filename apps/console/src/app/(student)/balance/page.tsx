import { advanceOffers } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { AdvanceOffers } from "#features/balance/components/advance-offers.tsx";
import { CreditLanes } from "#features/balance/components/credit-lanes.tsx";
import { CreditsTable } from "#features/balance/components/credits-table.tsx";
import { LedgerTable } from "#features/balance/components/ledger-table.tsx";
import { NextAllowances } from "#features/balance/components/next-allowances.tsx";
import { UnpricedSwitch } from "#features/balance/components/unpriced-switch.tsx";
import {
  findUnpricedChoice,
  getOwnAccount,
  getOwnAllowances,
  getOwnBalance,
  getOwnEntries,
} from "#features/balance/queries.ts";
import { StatementForm } from "#features/ledger/components/statement-form.tsx";
import { monthsBack } from "#features/ledger/months.ts";
import { AskPanel } from "#features/requests/components/ask-panel.tsx";
import { RedeemPanel } from "#features/vouchers/components/redeem-panel.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";

interface BalancePageProps {
  searchParams: Promise<{ page?: string | string[]; voucher?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("balance");
  return { title: translate("title") };
}

export default async function BalancePage({ searchParams }: BalancePageProps) {
  const user = await requireSession();
  const search = await searchParams;
  const page = Math.max(1, Math.trunc(Number(search.page)) || 1);
  const voucher = [search.voucher].flat()[0]?.slice(0, 64) ?? "";
  const [
    translate,
    format,
    { now, timeZone },
    account,
    settings,
    balance,
    allowances,
    entries,
    acceptsUnpriced,
    offers,
  ] = await Promise.all([
    getTranslations("balance"),
    getFormat(),
    getFormatSettings(),
    getOwnAccount(user.id),
    getSettings(),
    getOwnBalance(user.id),
    getOwnAllowances(user.id),
    getOwnEntries(user.id, page),
    findUnpricedChoice(user.id),
    advanceOffers(getDb(), user.id),
  ]);
  const contact = settings.contact;
  return (
    <Page title={translate("title")} facts={contact ? translate("facts", { contact }) : translate("factsNoContact")}>
      <dl className="facts balance-facts">
        <div>
          <dt>{translate("available")}</dt>
          <dd>{format.money(balance.availableNanos)}</dd>
          <dd>{translate("availableMeans")}</dd>
        </div>
        <div>
          <dt>{translate("balance")}</dt>
          <dd>{format.money(balance.balanceNanos)}</dd>
          <dd>{translate("balanceMeans")}</dd>
        </div>
        <div>
          <dt>{translate("reserved")}</dt>
          <dd>{format.money(balance.reservedNanos)}</dd>
          <dd>{translate("reservedMeans")}</dd>
        </div>
      </dl>
      <NextAllowances allowances={allowances} />
      {balance.availableNanos === 0n && (
        <Notice
          tone="danger"
          className="mt-4"
          action={<ButtonLink href="/balance/empty">{translate("goOn")}</ButtonLink>}
        >
          {translate("nothingLeft")}
        </Notice>
      )}
      <ClientMessages nouns={["balance"]}>
        <AdvanceOffers offers={offers} />
      </ClientMessages>
      <RedeemPanel code={voucher} />
      <AskPanel user={user} />
      {balance.credits.length > 0 && (
        <section className="section">
          <CreditLanes credits={balance.credits} figure={1} />
          <div className="mt-6">
            <CreditsTable credits={balance.credits} number={1} />
          </div>
        </section>
      )}
      <Section
        title={translate("ledger")}
        facts={translate("chargesMean")}
        end={
          <StatementForm
            action="/balance/statement"
            months={monthsBack(now, account.createdAt, timeZone)}
            words={{ month: translate("month"), download: translate("download") }}
          />
        }
      >
        {entries.total === 0 ? (
          <Empty>{translate("empty")}</Empty>
        ) : (
          <LedgerTable {...entries} number={balance.credits.length > 0 ? 2 : 1} />
        )}
      </Section>
      {acceptsUnpriced !== null && (
        <Section title={translate("unpricedTitle")} facts={translate("unpricedFacts")}>
          <ClientMessages nouns={["balance"]}>
            <UnpricedSwitch accepts={acceptsUnpriced} />
          </ClientMessages>
        </Section>
      )}
    </Page>
  );
}
