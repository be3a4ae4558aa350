import { getBookSums, listLedger } from "@lyceum/db";
import { findLastVerification, findRunningVerification } from "@lyceum/ledger";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { EntriesTable } from "#features/ledger/components/entries-table.tsx";
import { LastVerification } from "#features/ledger/components/last-verification.tsx";
import { LedgerFilters } from "#features/ledger/components/ledger-filters.tsx";
import { StatementForm } from "#features/ledger/components/statement-form.tsx";
import { SumsTable } from "#features/ledger/components/sums-table.tsx";
import { VerifyButton } from "#features/ledger/components/verify-button.tsx";
import { ledgerHref, ledgerSpan, readLedgerView } from "#features/ledger/filter.ts";
import { monthsBack } from "#features/ledger/months.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("ledger");
  return { title: translate("title") };
}

interface LedgerPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function LedgerPage({ searchParams }: LedgerPageProps) {
  const { role } = await requireRole("admin", "auditor");
  const view = readLedgerView(await searchParams);
  const [translate, { now, timeZone }] = await Promise.all([getTranslations("ledger"), getFormatSettings()]);
  const { search, kind, page } = view;
  const db = getDb();
  const [verification, running, sums, entries] = await Promise.all([
    findLastVerification(db),
    findRunningVerification(db),
    getBookSums(db, timeZone),
    listLedger(db, { search, kind, page, ...ledgerSpan(view, timeZone) }),
  ]);
  // A search that names one person is whose statement is meant.
  const [first] = entries.rows;
  const person = search && entries.rows.every((row) => row.userId === first?.userId) ? (first?.studentId ?? "") : "";
  const words = { month: translate("month"), download: translate("download") };
  return (
    <Page
      title={translate("title")}
      facts={translate("facts")}
      actions={
        role === "admin" && (
          <ClientMessages nouns={["ledger"]}>
            <VerifyButton />
          </ClientMessages>
        )
      }
    >
      <LastVerification verification={verification} running={running} />
      <section className="section">
        <SumsTable sums={sums} number={1} />
      </section>
      <Section title={translate("entries")} facts={translate("entriesFacts")}>
        <LedgerFilters view={view} />
        {entries.total === 0 ? (
          <Empty action={<ButtonLink href="/admin/ledger">{translate("showAll")}</ButtonLink>}>
            {translate("none")}
          </Empty>
        ) : (
          <>
            <EntriesTable rows={entries.rows} total={entries.total} number={2} />
            <Pagination {...entries} href={(next) => ledgerHref(view, { page: next })} />
          </>
        )}
      </Section>
      <Section title={translate("statement")} facts={translate("statementFacts")}>
        <StatementForm
          action="/admin/ledger/statement"
          months={monthsBack(now, null, timeZone)}
          words={words}
          person={{ label: translate("statementPerson"), value: person }}
        />
      </Section>
    </Page>
  );
}
