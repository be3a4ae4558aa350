import { chargeLines, normaliseUsage, type Price } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { receiptSums } from "./receipt-sums.ts";

const price: Price = {
  id: "p",
  version: 14,
  inputNanos: 2_000_000_000n,
  cachedInputNanos: 400_000_000n,
  cacheWriteNanos: 2_500_000_000n,
  outputNanos: 8_000_000_000n,
  reasoningNanos: 12_000_000_000n,
  imageNanos: 3_000_000_000n,
  audioNanos: 20_000_000_000n,
  requestNanos: 1_000_000n,
  tiers: [],
};
const usage = normaliseUsage({
  input: 10_000,
  cachedInput: 4_000,
  cacheWrite: 2_000,
  image: 1_000,
  audio: 500,
  output: 2_000,
  reasoning: 1_500,
});

function sumsOf(each: Price, multiplierPpm: number, uncollectedNanos = 0n) {
  const lines = chargeLines(each, usage, multiplierPpm);
  const costNanos = lines.reduce((sum, line) => sum + line.amountNanos, 0n);
  return receiptSums({ lines, multiplierPpm, costNanos, chargeNanos: costNanos - uncollectedNanos, uncollectedNanos });
}

describe("receiptSums", () => {
  it("has a line for each class and the request, before the group, as one multiplies by hand", () => {
    const sums = sumsOf(price, 800_000, 10_000_000n);
    expect(sums.lines.map((line) => [line.class, line.plainNanos])).toEqual([
      ["input", 5_000_000n],
      ["cachedInput", 1_600_000n],
      ["cacheWrite", 5_000_000n],
      ["image", 3_000_000n],
      ["audio", 10_000_000n],
      ["reasoning", 18_000_000n],
      ["output", 4_000_000n],
      ["request", 1_000_000n],
    ]);
    expect(sums).toMatchObject({ subtotalNanos: 47_600_000n, groupNanos: -9_520_000n, roundingNanos: 0n });
    expect(sums).toMatchObject({ uncollectedNanos: -10_000_000n, chargeNanos: 28_080_000n });
  });

  it("adds up to the charge, and rounds away no more than a nano for each line", () => {
    const nanos = fc.bigInt(0n, 50_000_000_000n);
    fc.assert(
      fc.property(nanos, nanos, nanos, fc.nat(3_000_000), (inputNanos, outputNanos, audioNanos, multiplierPpm) => {
        const sums = sumsOf({ ...price, inputNanos, outputNanos, audioNanos }, multiplierPpm, 1n);
        const rows = [
          sums.subtotalNanos,
          sums.groupNanos,
          sums.roundingNanos,
          sums.correctedNanos,
          sums.uncollectedNanos,
        ];
        expect(rows.reduce((sum, row) => sum + row, 0n)).toBe(sums.chargeNanos);
        expect(sums.lines.reduce((sum, line) => sum + line.plainNanos, 0n)).toBe(sums.subtotalNanos);
        expect(sums.correctedNanos).toBe(0n);
        // Half a nano at each rounding: of a line before and after the factor (of up to 3), and of the sub-total.
        expect(sums.roundingNanos * sums.roundingNanos).toBeLessThanOrEqual(17n ** 2n);
        if (multiplierPpm === 1_000_000) expect(sums.roundingNanos).toBe(0n);
      }),
    );
  });
});
