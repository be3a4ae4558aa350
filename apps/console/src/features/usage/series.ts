import type { UsagePoint, UsageSums } from "@lyceum/db";
import type { SumMetric } from "./params.ts";

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

/** Tokens and requests are whole numbers, money is nanos: one exact type for all. */
export function metricOf(sums: UsageSums, metric: SumMetric): bigint {
  if (metric === "cost") return sums.chargeNanos;
  const counts = {
    tokens: sums.inputTokens + sums.outputTokens,
    cached: sums.cachedInputTokens,
    thinking: sums.reasoningTokens,
    requests: sums.requests,
    errors: sums.failures,
  };
  return BigInt(counts[metric]);
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

/** More rows than this nobody reads: whoever needs each of five hundred models has the export. */
export const MAX_ROWS = 50;

/** The rows of a table, and the sum of those that it has no room for: `count` of them, 0 where all have a row. */
export function foldRows(ranked: readonly SeriesRow[]): { rows: readonly SeriesRow[]; rest: UsageSums; count: number } {
  const shown = ranked.length > MAX_ROWS ? MAX_ROWS - 1 : ranked.length;
  return { rows: ranked.slice(0, shown), rest: totalOf(ranked.slice(shown)), count: ranked.length - shown };
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
  metric: SumMetric,
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
