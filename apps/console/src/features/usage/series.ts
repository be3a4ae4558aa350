import type { UsagePoint, UsageSums } from "@lyceum/db";
import type { Metric } from "./params.ts";

/** What one model or key used in the span. */
export interface SeriesRow extends UsageSums {
  series: string;
  label: string;
}

/** The palette has six colours; what comes after is drawn as one. */
export const MAX_SERIES = 6;

const noSums: UsageSums = {
  requests: 0,
  failures: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  chargeNanos: 0n,
  uncollectedNanos: 0n,
};

function add(a: UsageSums, b: UsageSums): UsageSums {
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    chargeNanos: a.chargeNanos + b.chargeNanos,
    uncollectedNanos: a.uncollectedNanos + b.uncollectedNanos,
  };
}

/** Tokens and requests are whole numbers, money is nanos: one exact type for all three. */
export function metricOf(sums: UsageSums, metric: Metric): bigint {
  if (metric === "cost") return sums.chargeNanos;
  return BigInt(metric === "tokens" ? sums.inputTokens + sums.outputTokens : sums.requests);
}

export function totalOf(rows: Iterable<UsageSums>): UsageSums {
  let total = noSums;
  for (const row of rows) total = add(total, row);
  return total;
}

/**
 * One row per series, largest first by cost, then tokens, then name. The order ignores the metric shown, so that a model keeps its
 * colour while the reader switches between metrics.
 */
export function rankSeries(points: readonly UsagePoint[]): SeriesRow[] {
  const rows = new Map<string, SeriesRow>();
  for (const point of points) {
    const { series, label } = point;
    rows.set(series, { series, label, ...add(rows.get(series) ?? noSums, point) });
  }
  const tokens = (row: SeriesRow) => row.inputTokens + row.outputTokens;
  return [...rows.values()].sort((a, b) => {
    if (a.chargeNanos !== b.chargeNanos) return a.chargeNanos > b.chargeNanos ? -1 : 1;
    return tokens(b) - tokens(a) || (a.label < b.label ? -1 : 1);
  });
}

export interface Folded {
  /** At most MAX_SERIES, in order. */
  shown: SeriesRow[];
  /** The rest, drawn as one last series; empty if all have a colour. */
  folded: SeriesRow[];
  /** One for each start: a value for each shown series, then one for the folded if there are any. */
  columns: bigint[][];
}

/** Values for a stacked chart: a bucket without usage is zero throughout. `ranked` is what rankSeries made of these points. */
export function foldSeries(
  points: readonly UsagePoint[],
  ranked: readonly SeriesRow[],
  starts: readonly Date[],
  metric: Metric,
): Folded {
  const shown = ranked.slice(0, MAX_SERIES);
  const folded = ranked.slice(MAX_SERIES);
  const place = new Map(ranked.map((row, index) => [row.series, Math.min(index, MAX_SERIES)]));
  const width = shown.length + (folded.length > 0 ? 1 : 0);
  const byStart = new Map<number, bigint[]>(starts.map((start) => [start.getTime(), new Array(width).fill(0n)]));
  for (const point of points) {
    const column = byStart.get(point.start.getTime());
    const index = place.get(point.series);
    if (column !== undefined && index !== undefined) column[index] = (column[index] ?? 0n) + metricOf(point, metric);
  }
  return { shown, folded, columns: [...byStart.values()] };
}
