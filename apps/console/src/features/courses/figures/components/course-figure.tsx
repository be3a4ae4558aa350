import { getTranslations } from "next-intl/server";
import { LazyStackedBars } from "#components/ui/lazy-stacked-bars.tsx";
import { Caption } from "#components/ui/table.tsx";
import { chartOf } from "#features/usage/chart.ts";
import { seriesColor } from "#features/usage/components/usage-figure.tsx";
import { foldSeries, type SeriesRow } from "#features/usage/series.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import type { CourseUseParams } from "../params.ts";
import type { CourseFigures } from "../queries.ts";

interface CourseFigureProps {
  params: CourseUseParams;
  figures: CourseFigures;
  ranked: SeriesRow[];
  nameOf: (row: SeriesRow) => string;
}

/** Figure 1: what the course's money paid over time, stacked by model or student. */
export async function CourseFigure({ params, figures, ranked, nameOf }: CourseFigureProps) {
  const [translate, format, { now }] = await Promise.all([
    getTranslations("figures"),
    getFormat(),
    getFormatSettings(),
  ]);
  const { metric, by } = params;
  const { span, since } = figures;
  const folded = foldSeries(figures.points, ranked, span.starts, metric);
  const names = [...folded.shown.map(nameOf), ...(folded.folded.length > 0 ? [translate("others")] : [])];
  const series = names.map((label, place) => ({ label, color: seriesColor(place) }));
  const chart = chartOf({
    // By the hour nothing is drawn here; a week is a column as a day is.
    ...{ folded, metric, since, now, format, hourName: String, span: { ...span, bucket: "day" } },
  });
  const caption = translate(span.bucket === "week" ? "byWeek" : "byDay", {
    metric: translate(`metrics.${metric}`),
    by: translate(`by.${by}`),
  });
  const notes = [
    chart.columns.some((column) => column.state === "missing") && translate("missing"),
    span.to > now && translate(span.bucket === "week" ? "weekRunning" : "dayRunning"),
  ];
  const units = { cost: format.symbol.trim(), tokens: "tokens", requests: translate("requestUnit") };
  return (
    <figure>
      <ul className="legend mb-2">
        {series.map((each, place) => (
          <li key={`${place} ${each.label}`}>
            <i style={{ background: each.color }} />
            {each.label}
          </li>
        ))}
      </ul>
      <LazyStackedBars
        {...chart}
        // Another quantity or time is another figure: its read-out must not stand at the old column.
        key={`${metric} ${by} ${params.member} ${span.from.getTime()} ${span.starts.length}`}
        yTitle={metric === "tokens" ? "tokens" : `${translate(`metrics.${metric}`)} / ${units[metric]}`}
        series={series}
        label={translate("figureLabel", { caption })}
        words={{ missing: translate("noData"), total: translate("sum"), ahead: translate("ahead") }}
        anchor="end"
        markZeros
      />
      <figcaption>
        <Caption kind="figure" number={1}>
          {[caption, ...notes.filter(Boolean)].join("")}
        </Caption>
      </figcaption>
    </figure>
  );
}
