import type { BarColumn } from "#components/ui/stacked-bars.tsx";
import type { Format } from "#i18n/format.ts";
import { axisTicks, tickDecimals } from "./axis.ts";
import type { SumMetric } from "./params.ts";
import type { Folded } from "./series.ts";
import type { Span } from "./span.ts";

interface ChartInput {
  folded: Folded;
  span: Span;
  metric: SumMetric;
  /** Nothing was measured before. */
  since: Date;
  now: Date;
  format: Format;
  /** After the hour in read-outs: 21 时. */
  hourName: (hour: number) => string;
}

function isCount(metric: SumMetric): boolean {
  return metric === "requests" || metric === "errors";
}

/** A value of a metric as text with its unit. */
export function metricText(value: bigint, metric: SumMetric, format: Format): string {
  if (metric === "cost") return format.money(value);
  return isCount(metric) ? format.count(value) : format.tokens(value);
}

/** What StackedBars draws: money becomes a number only here, for heights; texts come from the exact amounts. */
export function chartOf({ folded, span, metric, since, now, format, hourName }: ChartInput) {
  const plot = (value: bigint) => (metric === "cost" ? format.plotUnits(value) : Number(value));
  const sums = folded.columns.map((values) => values.reduce((sum, value) => sum + value, 0n));
  const columns = folded.columns.map((values, index): BarColumn => {
    const start = span.starts[index] ?? span.from;
    const end = span.starts[index + 1] ?? span.to;
    const total = sums[index] ?? 0n;
    const hour = format.hourOfDay(start);
    const state = start > now ? "ahead" : end <= since && total === 0n ? "missing" : "measured";
    return {
      label: span.bucket === "hour" ? hourName(hour) : format.dateWithWeekday(start),
      tick: span.bucket === "hour" ? String(hour) : format.date(start),
      values: values.map(plot),
      texts: values.map((value) => metricText(value, metric, format)),
      total: metricText(total, metric, format),
      state,
    };
  });
  const values = axisTicks(Math.max(0, ...sums.map(plot)));
  const decimals = tickDecimals(values);
  const tickText = (value: number) => {
    if (value === 0) return "0";
    return metric === "cost" ? value.toFixed(decimals) : format.tokens(value).replace(/\.0+(?= )/, "");
  };
  return { columns, ticks: values.map((value) => ({ value, text: tickText(value) })) };
}
