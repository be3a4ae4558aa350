import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chargeLines,
  costOf,
  dearestInput,
  dearestOutput,
  normaliseUsage,
  noUsage,
  type Price,
  tokenCost,
} from "./prices.ts";

const price: Price = {
  id: "p",
  version: 14,
  inputNanos: 2_000_000_000n,
  cachedInputNanos: 400_000_000n,
  cacheWriteNanos: null,
  outputNanos: 8_000_000_000n,
  reasoningNanos: null,
  imageNanos: null,
  audioNanos: null,
  requestNanos: 0n,
};
const usage = normaliseUsage({ input: 9_396, cachedInput: 8_192, output: 2_442, reasoning: 1_830 });

describe("chargeLines", () => {
  it("adds up as a student adds it up by hand", () => {
    expect(chargeLines(price, usage, 1_000_000)).toEqual([
      { class: "input", tokens: 1_204, priceNanos: 2_000_000_000n, amountNanos: 2_408_000n },
      { class: "cachedInput", tokens: 8_192, priceNanos: 400_000_000n, amountNanos: 3_276_800n },
      { class: "reasoning", tokens: 1_830, priceNanos: 8_000_000_000n, amountNanos: 14_640_000n },
      { class: "output", tokens: 612, priceNanos: 8_000_000_000n, amountNanos: 4_896_000n },
    ]);
    expect(costOf(price, usage, 1_000_000)).toBe(25_220_800n);
  });

  it("multiplies by the group and counts the price per request", () => {
    expect(costOf(price, usage, 800_000)).toBe(20_176_640n);
    expect(costOf({ ...price, requestNanos: 1_000n }, noUsage, 500_000)).toBe(500n);
  });

  it("costs one token at ¥0.5 a million 500 nanos", () => expect(tokenCost(1, 500_000_000n, 1_000_000)).toBe(500n));

  it("charges nothing without a price", () => expect(costOf(null, usage, 1_000_000)).toBe(0n));
});

const counts = fc.record({
  input: fc.oneof(fc.nat(1_000_000), fc.double(), fc.constant(-5), fc.constant(null), fc.string()),
  cachedInput: fc.oneof(fc.nat(2_000_000), fc.double(), fc.constant(undefined)),
  cacheWrite: fc.nat(2_000_000),
  image: fc.nat(2_000_000),
  audio: fc.nat(2_000_000),
  output: fc.oneof(fc.nat(1_000_000), fc.double()),
  reasoning: fc.oneof(fc.nat(2_000_000), fc.double()),
});

describe("normaliseUsage", () => {
  it("never counts a token twice or below zero, whatever the upstream says", () => {
    fc.assert(
      fc.property(counts, (raw) => {
        const found = normaliseUsage(raw);
        for (const value of Object.values(found)) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
        expect(found.cachedInput + found.cacheWrite + found.image + found.audio).toBeLessThanOrEqual(found.input);
        expect(found.reasoning).toBeLessThanOrEqual(found.output);
        const lines = chargeLines(price, found, 1_000_000);
        expect(lines.reduce((sum, line) => sum + line.tokens, 0)).toBe(found.input + found.output);
      }),
    );
  });

  it("never costs more than the dearest classes that admission reserves", () => {
    fc.assert(
      fc.property(counts, fc.nat(3_000_000), (raw, multiplierPpm) => {
        const found = normaliseUsage(raw);
        const dear = { ...price, audioNanos: 90_000_000_000n, reasoningNanos: 9_000_000_000n };
        const bound =
          tokenCost(found.input, dearestInput(dear), multiplierPpm) +
          tokenCost(found.output, dearestOutput(dear), multiplierPpm);
        // Each of at most seven lines rounds by half a nano.
        expect(costOf(dear, found, multiplierPpm)).toBeLessThanOrEqual(bound + 4n);
      }),
    );
  });

  it("takes cached tokens over the input for all of it", () => {
    expect(normaliseUsage({ input: 10, cachedInput: 50 })).toEqual({ ...noUsage, input: 10, cachedInput: 10 });
  });
});
