import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRate, hiddenTokens, isMaximum, nearestRank, requestRate, speedFigures, systemRate } from "./speed.ts";
import { bucketPercentile, emptyBuckets, SPEED_BUCKETS, SPEED_ERROR, speedBucket } from "./speed-histogram.ts";

const times = { sentAt: 1_000, firstByteAt: 1_100, firstTokenAt: 1_300, firstAnswerAt: 1_900, lastTokenAt: 2_300 };

describe("the figures of a stream", () => {
  it("count from the moment the request was written; TPOT is what is left after the first token, over n − 1", () => {
    const figures = speedFigures(times, { reported: 101, hidden: 0, pieces: 51 });
    expect(figures).toEqual({
      firstByteMs: 100,
      ttftMs: 300,
      ttfaMs: 900,
      tpotMs: 10,
      e2eMs: 1_300,
      tokens: 101,
      isCounted: false,
    });
    expect(decodeRate(figures.tpotMs)).toBe(100);
    expect(requestRate(figures)).toBeCloseTo(77.69, 2);
    expect(systemRate(2 * 101, 1_500)).toBeCloseTo(134.67, 2);
  });

  it("go by the pieces that came, and say so, where the upstream reports no usage", () => {
    const figures = speedFigures(times, { reported: null, hidden: 0, pieces: 11 });
    expect(figures).toMatchObject({ tokens: 11, tpotMs: 100, isCounted: true });
  });

  it("don't count thinking that was reported but never came", () => {
    expect(hiddenTokens(80, false)).toBe(80);
    expect(hiddenTokens(80, true)).toBe(0);
    expect(speedFigures(times, { reported: 101, hidden: 80, pieces: 21 })).toMatchObject({ tokens: 21, tpotMs: 50 });
  });

  it("say nothing of what didn't come: no token, one token, tokens all at once", () => {
    const nothing = { ...times, firstTokenAt: null, firstAnswerAt: null, lastTokenAt: null };
    const none = speedFigures(nothing, { reported: 0, hidden: 0, pieces: 0 });
    expect(none).toMatchObject({ ttftMs: null, ttfaMs: null, tpotMs: null, e2eMs: null, tokens: 0 });
    expect(requestRate(none)).toBeNull();
    expect(speedFigures(times, { reported: 1, hidden: 0, pieces: 1 }).tpotMs).toBeNull();
    const atOnce = { ...times, lastTokenAt: times.firstTokenAt };
    expect(speedFigures(atOnce, { reported: 9, hidden: 0, pieces: 1 }).tpotMs).toBeNull();
    expect([decodeRate(null), systemRate(5, 0)]).toEqual([null, null]);
  });
});

describe("percentiles", () => {
  it("are values that were measured, by the nearest rank", () => {
    const values = [15, 20, 35, 40, 50];
    expect([5, 30, 40, 50, 100].map((percent) => nearestRank(values, percent))).toEqual([15, 20, 20, 35, 50]);
    expect(nearestRank([], 50)).toBeNull();
    expect(nearestRank([7], 95)).toBe(7);
  });

  it("of ten values p95 is their greatest; of twenty it is not", () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(nearestRank(ten, 95)).toBe(10);
    expect([isMaximum(95, 10), isMaximum(95, 19), isMaximum(95, 20), isMaximum(50, 10), isMaximum(95, 0)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("buckets", () => {
  it("tell a percentile of any durations with the error they promise", () => {
    const duration = fc.double({ min: 0.2, max: 120_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 100 }), (all, p) => {
        const counts = emptyBuckets();
        for (const ms of all) counts[speedBucket(ms)] = (counts[speedBucket(ms)] ?? 0) + 1;
        const exact = nearestRank(all, p) ?? Number.NaN;
        const told = bucketPercentile(counts, p) ?? Number.NaN;
        const ratio = told > exact ? told / exact : exact / told;
        expect(ratio).toBeLessThanOrEqual(1 + SPEED_ERROR + 1e-9);
      }),
    );
  });

  it("take what is beyond either end, and nonsense, into the last one there", () => {
    expect([0, -5, Number.NaN, 0.125].map(speedBucket)).toEqual([0, 0, 0, 0]);
    expect(speedBucket(1e9)).toBe(SPEED_BUCKETS - 1);
  });

  it("of nothing have no percentile: not 0", () => {
    expect(bucketPercentile(emptyBuckets(), 50)).toBeNull();
  });
});
