import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { EvidenceSheet } from "#features/health/components/evidence-sheet.tsx";
import { HealthFilters } from "#features/health/components/health-filters.tsx";
import { MatrixList, MatrixTable } from "#features/health/components/matrix-table.tsx";
import { Refresher } from "#features/health/components/refresher.tsx";
import { healthHref, PAGE_SIZE, readHealthView, type SearchParams } from "#features/health/filter.ts";
import { channelsOf, filterRows } from "#features/health/matrix.ts";
import { findEvidence, getMatrix, getQueues } from "#features/health/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("health");
  return { title: translate("title") };
}

export default async function HealthPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const user = await requireRole("admin");
  const view = readHealthView(await searchParams);
  const [all, queues, evidence, translate, format, { now }] = await Promise.all([
    getMatrix(user),
    getQueues(user),
    findEvidence(user, view),
    getTranslations("health"),
    getFormat(),
    getFormatSettings(),
  ]);
  const found = filterRows(all, view);
  const rows = found.slice((view.page - 1) * PAGE_SIZE, view.page * PAGE_SIZE);
  const channels = channelsOf(rows).filter(({ id }) => view.channel === undefined || id === view.channel);
  const cellHref = (cell: string) => healthHref(view, { cell });
  const isFiltered = view.search !== "" || view.broken || view.vendor !== undefined || view.channel !== undefined;
  return (
    <ClientMessages nouns={["health", "models", "channels"]}>
      <Refresher cell={view.cell} />
      <Page
        title={translate("title")}
        facts={translate("facts", { time: format.dateTime(now) })}
        sheet={
          evidence && (
            <EvidenceSheet key={evidence.deployment.id} evidence={evidence} view={view} format={format} now={now} />
          )
        }
        actions={<ButtonLink href="/admin">{translate("noteTitle")}</ButtonLink>}
      >
        {all.length === 0 ? (
          <Empty action={<ButtonLink href="/admin/channels?channel=new">{translate("toChannels")}</ButtonLink>}>
            {translate("noModels")}
          </Empty>
        ) : (
          <>
            <HealthFilters rows={all} channels={channelsOf(all)} view={view} />
            {rows.length === 0 && isFiltered ? (
              <Empty action={<ButtonLink href="/admin/health">{translate("clearFilters")}</ButtonLink>}>
                {translate(
                  view.broken && filterRows(all, { ...view, broken: false }).length > 0 ? "noneBroken" : "noneFound",
                )}
              </Empty>
            ) : (
              <>
                <MatrixTable
                  rows={rows}
                  channels={channels}
                  queues={queues}
                  format={format}
                  cellHref={cellHref}
                  open={view.cell}
                />
                <MatrixList rows={rows} queues={queues} format={format} cellHref={cellHref} />
              </>
            )}
            <Pagination
              page={view.page}
              pageSize={PAGE_SIZE}
              total={found.length}
              href={(page) => healthHref(view, { page })}
            />
          </>
        )}
      </Page>
    </ClientMessages>
  );
}
