import type { UsagePoint } from "@lyceum/db";
import { rankSeries, type SeriesRow, totalOf } from "./series.ts";
import type { Span } from "./span.ts";

/**
 * One row for each day (or hour) of the span, newest first: what had no usage is zero. What lies ahead, or ended before there was anything to measure,
 * is left out: there is no data, which is not 0.
 */
export function dayRows(
  points: readonly UsagePoint[],
  span: Span,
  { since, now }: { since: Date; now: Date },
  labelOf: (start: Date) => string,
): SeriesRow[] {
  return span.starts
    .flatMap((start, place) => {
      const end = span.starts[place + 1] ?? span.to;
      const here = points.filter((point) => point.start.getTime() === start.getTime());
      if (start > now || (end <= since && here.length === 0)) return [];
      return [{ series: start.toISOString(), label: labelOf(start), ...totalOf(rankSeries(here).map(sumsOf)) }];
    })
    .reverse();
}

function sumsOf({ series: _series, label: _label, ...sums }: SeriesRow) {
  return sums;
}
