import type { UsageLatency } from "@lyceum/db";
import { MOST_MEASURED } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { LazyStackedBars } from "#components/ui/lazy-stacked-bars.tsx";
import type { BarColumn } from "#components/ui/stacked-bars.tsx";
import { Caption, Head, Table } from "#components/ui/table.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { axisTicks, tickDecimals } from "../axis.ts";
import type { By } from "../params.ts";
import type { Span } from "../span.ts";

interface LatencyProps {
  latency: UsageLatency;
  span: Span;
  by: By;
}

const seconds = (ms: number) => ms / 1_000;

/** Figure 1 of latency: the median time to the first token, column by column; nothing measured is hatched, and is not 0. */
export async function LatencyFigure({ latency, span, by }: LatencyProps) {
  const [translate, format, { now }] = await Promise.all([getTranslations("usage"), getFormat(), getFormatSettings()]);
  const hourly = span.bucket === "hour";
  const columns = span.starts.map((start): BarColumn => {
    const found = latency.buckets.find((bucket) => bucket.start.getTime() === start.getTime());
    const ms = found?.ttftP50Ms ?? null;
    const text = ms === null ? translate("noData") : format.duration(ms);
    const hour = format.hourOfDay(start);
    return {
      label: hourly ? translate("hourName", { hour }) : format.dateWithWeekday(start),
      tick: hourly ? String(hour) : format.date(start),
      values: [ms === null ? 0 : seconds(ms)],
      texts: [text],
      total: text,
      state: start > now ? "ahead" : ms === null ? "missing" : "measured",
    };
  });
  const ticks = axisTicks(Math.max(0, ...columns.map((column) => column.values[0] ?? 0)));
  const decimals = tickDecimals(ticks);
  const caption = translate(hourly ? "latencyByHour" : "latencyByDay");
  return (
    <>
      <figure>
        <LazyStackedBars
          key={`latency ${span.from.getTime()} ${span.starts.length}`}
          columns={columns}
          ticks={ticks.map((value) => ({ value, text: value === 0 ? "0" : value.toFixed(decimals) }))}
          yTitle="TTFT p50 / s"
          series={[{ label: "TTFT p50", color: "var(--color-series-1)" }]}
          label={translate("figureLabel", { caption })}
          words={{ missing: translate("noData"), total: "p50", ahead: translate("ahead") }}
          anchor={hourly ? "start" : "end"}
          markZeros={false}
        />
        <figcaption>
          <Caption kind="figure" number={1}>
            {caption}
            {latency.isCut && translate("latencyCut", { count: format.count(MOST_MEASURED) })}
          </Caption>
        </figcaption>
      </figure>
      <section className="section mt-6">
        <LatencyTable by={by} rows={by === "day" ? bucketRows(latency, columns, span) : latency.series} />
      </section>
    </>
  );
}

/** The days (or hours) in which something was measured, newest first, named as the columns of the figure are. */
function bucketRows({ buckets }: UsageLatency, columns: readonly BarColumn[], span: Span): UsageLatency["series"] {
  return span.starts
    .flatMap((start, place) => {
      const found = buckets.find((bucket) => bucket.start.getTime() === start.getTime());
      return found ? [{ ...found, series: start.toISOString(), label: columns[place]?.label ?? "" }] : [];
    })
    .reverse();
}

const unnamed = { model: "noKey", key: "noKey", course: "noCourse", day: "all" } as const;

/** Table 1 of latency: medians and 95th percentiles of each model, key, course or day. */
async function LatencyTable({ rows, by }: { rows: UsageLatency["series"]; by: By }) {
  const [translate, format] = await Promise.all([getTranslations("usage"), getFormat()]);
  const cell = (ms: number | null) => (ms === null ? "—" : seconds(ms).toFixed(2));
  return (
    <Table number={1} caption={translate("latencyCaption", { by: translate(`by_${by}`) })} captionAbove>
      <thead>
        <tr>
          <Head>{translate(`by_${by}`)}</Head>
          <Head numeric>n</Head>
          <Head numeric unit="s">
            TTFT p50
          </Head>
          <Head numeric unit="s">
            TTFT p95
          </Head>
          <th scope="col" className="num wide-only">
            {translate("wholeP50")}
            <span className="unit"> / s</span>
          </th>
          <th scope="col" className="num wide-only">
            {translate("wholeP95")}
            <span className="unit"> / s</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.series}>
            <td>
              {by === "model" ? (
                <code className="whitespace-normal!">{row.label}</code>
              ) : (
                row.label || translate(unnamed[by])
              )}
            </td>
            <td className="num">{format.count(row.requests)}</td>
            <td className="num">{cell(row.ttftP50Ms)}</td>
            <td className="num">{cell(row.ttftP95Ms)}</td>
            <td className="num wide-only">{cell(row.totalP50Ms)}</td>
            <td className="num wide-only">{cell(row.totalP95Ms)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
