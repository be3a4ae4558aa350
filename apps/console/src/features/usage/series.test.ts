import type { UsagePoint } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { foldRows, foldSeries, MAX_ROWS, metricOf, rankSeries, totalOf } from "./series.ts";

const days = ["2026-10-13T16:00:00Z", "2026-10-14T16:00:00Z"].map((day) => new Date(day));
const point = (series: string, day: number, chargeNanos: bigint, inputTokens = 10): UsagePoint => ({
  start: days[day] ?? new Date(0),
  series,
  label: series,
  requests: 1,
  failures: 0,
  inputTokens,
  cachedInputTokens: 0,
  outputTokens: 5,
  reasoningTokens: 0,
  chargeNanos,
  uncollectedNanos: 0n,
});
const eight = Array.from({ length: 8 }, (_, index) => point(`m${index}`, index % 2, BigInt(100 - index)));

describe("rankSeries", () => {
  it("sums each series and puts the largest cost first", () => {
    const rows = rankSeries([point("a", 0, 1n), point("b", 0, 3n), point("a", 1, 5n)]);
    expect(rows.map((row) => [row.series, row.chargeNanos, row.requests])).toEqual([
      ["a", 6n, 2],
      ["b", 3n, 1],
    ]);
  });

  it("orders free series by tokens, then by name", () => {
    const rows = rankSeries([point("y", 0, 0n, 1), point("x", 0, 0n, 1), point("z", 0, 0n, 9)]);
    expect(rows.map((row) => row.series)).toEqual(["z", "x", "y"]);
  });
});

describe("foldRows", () => {
  const ranked = (count: number) =>
    rankSeries(Array.from({ length: count }, (_, index) => point(`m${index}`, 0, BigInt(1_000 - index))));

  it("keeps every row of what a table has room for", () => {
    expect(foldRows(ranked(MAX_ROWS))).toMatchObject({ count: 0, rest: { requests: 0 } });
  });

  it("sums what it has no room for, so that a table of 500 models still adds up", () => {
    const all = ranked(500);
    const { rows, rest, count } = foldRows(all);
    expect([rows.length, count]).toEqual([MAX_ROWS - 1, 500 - MAX_ROWS + 1]);
    expect(totalOf([...rows, rest])).toEqual(totalOf(all));
  });
});

describe("foldSeries", () => {
  it("sums the seventh and later into one, and loses nothing", () => {
    const ranked = rankSeries(eight);
    for (const metric of ["cost", "tokens", "requests"] as const) {
      const { shown, folded, columns } = foldSeries(eight, ranked, days, metric);
      expect(shown).toHaveLength(6);
      expect(folded.map((row) => row.series)).toEqual(["m6", "m7"]);
      expect(columns.every((column) => column.length === 7)).toBe(true);
      expect(columns.flat().reduce((sum, value) => sum + value, 0n)).toBe(metricOf(totalOf(ranked), metric));
    }
  });

  it("has a zero for every bucket without usage, and no last series where six are enough", () => {
    const points = [point("a", 1, 7n)];
    expect(foldSeries(points, rankSeries(points), days, "cost").columns).toEqual([[0n], [7n]]);
  });
});
