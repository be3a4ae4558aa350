import { getTranslations } from "next-intl/server";
import { LazyStackedBars } from "#components/ui/lazy-stacked-bars.tsx";
import { Caption } from "#components/ui/table.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { chartOf } from "../chart.ts";
import type { SumMetric, UsageParams } from "../params.ts";
import type { OwnUsage } from "../queries.ts";
import { foldSeries, type SeriesRow } from "../series.ts";

interface UsageFigureProps {
  params: UsageParams & { metric: SumMetric };
  usage: OwnUsage;
  ranked: SeriesRow[];
  nameOf: (row: SeriesRow) => string;
}

/** The colour of a series by its place; the seventh and later share the last. */
export function seriesColor(place: number): string {
  return place < 6 ? `var(--color-series-${place + 1})` : "var(--color-control)";
}

/** Figure 1: usage over time, stacked by model or key. */
export async function UsageFigure({ params, usage, ranked, nameOf }: UsageFigureProps) {
  const [translate, format, { now }] = await Promise.all([getTranslations("usage"), getFormat(), getFormatSettings()]);
  const { span, since } = usage;
  const { metric } = params;
  const folded = foldSeries(usage.points, ranked, span.starts, metric);
  const series = [...folded.shown.map(nameOf), ...(folded.folded.length > 0 ? [translate("others")] : [])].map(
    (label, place) => ({ label, color: seriesColor(place) }),
  );
  const hourly = span.bucket === "hour";
  const chart = chartOf({
    folded,
    span,
    metric,
    since,
    now,
    format,
    hourName: (hour) => translate("hourName", { hour }),
  });
  const caption = [
    translate(hourly ? "figureByHour" : "figureByDay", {
      metric: metric === "tokens" ? "tokens" : translate(metric),
      by: translate(`by_${params.by}`),
    }),
    chart.columns.some((column) => column.state === "missing") ? translate("figureMissing") : "",
    span.to > now ? translate("figureRunning") : "",
  ];
  const units = {
    cost: format.symbol,
    cached: "tokens",
    thinking: "tokens",
    requests: translate("requestUnit"),
    errors: translate("requestUnit"),
  };
  return (
    <figure>
      <ul className="legend mb-2">
        {series.map((each) => (
          <li key={each.label}>
            <i style={{ background: each.color }} />
            {each.label}
          </li>
        ))}
      </ul>
      <LazyStackedBars
        {...chart}
        // Another metric or period is another figure: its read-out must not stand at the old column.
        key={`${metric} ${params.by} ${span.from.getTime()} ${span.starts.length}`}
        yTitle={metric === "tokens" ? translate("tokensTitle") : `${translate(metric)} / ${units[metric]}`}
        series={series}
        label={translate("figureLabel", { caption: caption[0] ?? "" })}
        words={{ missing: translate("noData"), total: translate("sum"), ahead: translate("ahead") }}
        anchor={hourly ? "start" : "end"}
        markZeros={!hourly}
      />
      <figcaption>
        <Caption kind="figure" number={1}>
          {caption.join("")}
        </Caption>
      </figcaption>
    </figure>
  );
}
