import { listAudit, listAuditActions } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { AuditTable } from "#features/audit/components/audit-table.tsx";
import { auditHref, kindsOf, readAuditView } from "#features/audit/filter.ts";
import { getAuditWords } from "#features/audit/words.ts";
import { getDb } from "#server/db.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("audit");
  return { title: translate("title") };
}

interface AuditPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function AuditPage({ searchParams }: AuditPageProps) {
  await requireRole("admin", "auditor");
  const view = readAuditView(await searchParams);
  const { search, kind, page } = view;
  const db = getDb();
  const [entries, actions, translate, words] = await Promise.all([
    listAudit(db, { search, action: kind && `${kind}.`, page }),
    listAuditActions(db),
    getTranslations("audit"),
    getAuditWords(),
  ]);
  return (
    <Page title={translate("title")} facts={translate("facts", { count: entries.total })}>
      <div className="mb-3 grid gap-3">
        <SearchForm path="/admin/audit" value={search} label={translate("search")} keep={{ kind }} />
        <nav className="scroller" aria-label={translate("filters")}>
          <ChipLink href={auditHref(view, { kind: undefined })} current={!kind}>
            {translate("all")}
          </ChipLink>
          {kindsOf(actions).map((name) => (
            <ChipLink
              key={name}
              href={auditHref(view, { kind: kind === name ? undefined : name })}
              current={kind === name}
            >
              {words.kind(name)}
            </ChipLink>
          ))}
        </nav>
      </div>
      {entries.total === 0 ? (
        <Empty action={<ButtonLink href="/admin/audit">{translate("showAll")}</ButtonLink>}>{translate("none")}</Empty>
      ) : (
        <>
          <AuditTable rows={entries.rows} />
          <Pagination {...entries} href={(next) => auditHref(view, { page: next })} />
        </>
      )}
    </Page>
  );
}
