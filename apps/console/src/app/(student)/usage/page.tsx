import { formatRequestId } from "@lyceum/domain";
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink, buttonClass } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { getOwnGroups } from "#features/keys/queries.ts";
import { DroppedReceipt } from "#features/usage/components/dropped-receipt.tsx";
import { LatencyFigure } from "#features/usage/components/latency-figure.tsx";
import { ReceiptSheet } from "#features/usage/components/receipt-sheet.tsx";
import { RecordsTable } from "#features/usage/components/records-table.tsx";
import { SeriesTable } from "#features/usage/components/series-table.tsx";
import { UsageFacts } from "#features/usage/components/usage-facts.tsx";
import { UsageFigure } from "#features/usage/components/usage-figure.tsx";
import { UsageFilters } from "#features/usage/components/usage-filters.tsx";
import { dayRows } from "#features/usage/day-rows.ts";
import { readUsageParams, type SearchParams, usageHref } from "#features/usage/params.ts";
import { getOwnLatency, getOwnReceipt, getOwnRecords, getOwnUsage } from "#features/usage/queries.ts";
import { rankSeries, type SeriesRow } from "#features/usage/series.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { requireSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("usage");
  return { title: translate("title") };
}

export default async function UsagePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const user = await requireSession();
  const params = readUsageParams(await searchParams);
  const { receipt, keptSince } =
    params.request === null ? { receipt: null, keptSince: null } : await getOwnReceipt(user.id, params.request);
  const [translate, format, { now, timeZone }] = await Promise.all([
    getTranslations("usage"),
    getFormat(),
    getFormatSettings(),
  ]);
  const usage = await getOwnUsage(user.id, params, now);
  const records = await getOwnRecords(user.id, usage.span, params.page);
  const ranked = rankSeries(usage.points);
  const hourName = (start: Date) => translate("hourName", { hour: format.hourOfDay(start) });
  const unnamed = { course: "noCourse", day: "all", key: "noKey", model: "noKey" } as const;
  const nameOf = (row: SeriesRow) => row.label || translate(unnamed[params.by]);
  /** Null: times, which don't add up. */
  const metric = params.metric === "latency" ? null : params.metric;
  const dayName = usage.span.bucket === "hour" ? hourName : format.dateWithWeekday;
  const rows = params.by === "day" ? dayRows(usage.points, usage.span, { since: usage.since, now }, dayName) : ranked;

  const { from, to } = usage.span;
  const lastDay = format.date(new Date(to.getTime() - 1));
  const days = usage.span.bucket === "hour" ? format.dateWithWeekday(from) : `${format.date(from)} – ${lastDay}`;
  const place = receipt ? records.rows.findIndex((row) => row.id === receipt.id) : -1;
  const step = (by: number) => {
    const row = place === -1 ? undefined : records.rows[place + by];
    return row ? usageHref(params, { request: formatRequestId(row.id) }) : null;
  };
  const groups = receipt ? await getOwnGroups(user.id) : [];
  const groupName = groups.find((group) => group.id === receipt?.groupId)?.name ?? receipt?.groupId ?? "";
  const closeHref = usageHref(params, { request: null });
  return (
    <Page
      title={translate("title")}
      facts={translate("facts", { days, zone: timeZone })}
      actions={
        // A plain link: the router would fetch it as a page.
        <a
          className={buttonClass({})}
          href={usageHref({ ...params, page: 1, request: null }, {}, "/usage/export")}
          download
        >
          <Download className="icon" />
          {translate("export")}
        </a>
      }
      sheet={
        receipt ? (
          <ReceiptSheet
            receipt={receipt}
            groupName={groupName}
            closeHref={closeHref}
            previous={step(-1)}
            next={step(1)}
          />
        ) : (
          keptSince && <DroppedReceipt keptSince={keptSince} closeHref={closeHref} />
        )
      }
    >
      <UsageFilters params={params} />
      <UsageFacts usage={usage} ranked={ranked} format={format} />
      {ranked.length === 0 ? (
        <Empty action={<ButtonLink href="/">{translate("toQuickStart")}</ButtonLink>}>{translate("empty")}</Empty>
      ) : metric === null ? (
        <LatencyFigure latency={await getOwnLatency(user.id, params, usage.span)} span={usage.span} by={params.by} />
      ) : (
        <>
          <UsageFigure params={{ ...params, metric }} usage={usage} ranked={ranked} nameOf={nameOf} />
          <section className="section mt-6">
            <SeriesTable ranked={rows} by={params.by} metric={metric} format={format} nameOf={nameOf} />
          </section>
        </>
      )}
      {records.total > 0 && (
        <section className="section">
          <RecordsTable records={records} params={params} format={format} open={receipt?.id ?? null} />
        </section>
      )}
    </Page>
  );
}
