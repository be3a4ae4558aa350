import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiplyDivide } from "./money.ts";
import {
  chargeLines,
  costOf,
  dearestInput,
  dearestOutput,
  isFree,
  normaliseUsage,
  noUsage,
  type Price,
  type PriceTier,
  tierOf,
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
  tiers: [],
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

  it("takes cached tokens over the input for all of it", () => {
    expect(normaliseUsage({ input: 10, cachedInput: 50 })).toEqual({ ...noUsage, input: 10, cachedInput: 10 });
  });
});

const long: PriceTier = {
  aboveTokens: 128_000,
  inputNanos: 4_000_000_000n,
  cachedInputNanos: null,
  cacheWriteNanos: null,
  outputNanos: 16_000_000_000n,
  reasoningNanos: null,
  imageNanos: null,
  audioNanos: null,
};
const tiered: Price = { ...price, tiers: [long, { ...long, aboveTokens: 256_000, outputNanos: 20_000_000_000n }] };

describe("tierOf", () => {
  it("is the highest tier that the input exceeds; the border itself belongs below", () => {
    const above = [0, 128_000, 128_001, 256_000, 256_001, 9_999_999].map((input) => tierOf(tiered, input)?.aboveTokens);
    expect(above).toEqual([undefined, undefined, 128_000, 128_000, 256_000, 256_000]);
  });

  it("prices the whole request, and what has no price of its own falls back inside the tier", () => {
    const usage = normaliseUsage({ input: 130_000, cachedInput: 100_000, output: 1_000, reasoning: 600 });
    expect(chargeLines(tiered, usage, 500_000)).toEqual([
      { class: "input", tokens: 30_000, priceNanos: 4_000_000_000n, amountNanos: 60_000_000n },
      { class: "cachedInput", tokens: 100_000, priceNanos: 4_000_000_000n, amountNanos: 200_000_000n },
      { class: "reasoning", tokens: 600, priceNanos: 16_000_000_000n, amountNanos: 4_800_000n },
      { class: "output", tokens: 400, priceNanos: 16_000_000_000n, amountNanos: 3_200_000n },
    ]);
  });
});

describe("isFree", () => {
  it("takes every class, the fee and every tier into account", () => {
    const free: Price = { ...price, inputNanos: 0n, cachedInputNanos: null, outputNanos: 0n };
    expect(isFree(free)).toBe(true);
    for (const dear of [{ audioNanos: 1n }, { reasoningNanos: 1n }, { requestNanos: 1n }, { tiers: [long] }])
      expect(isFree({ ...free, ...dear })).toBe(false);
  });
});

const nanos = fc.bigInt(0n, 100_000_000_000n);
const maybe = fc.option(nanos);
const prices = fc.record({
  inputNanos: nanos,
  cachedInputNanos: maybe,
  cacheWriteNanos: maybe,
  outputNanos: nanos,
  reasoningNanos: maybe,
  imageNanos: maybe,
  audioNanos: maybe,
});
// Few and small steps, so that inputs of a million fall into every tier; tiers needn't get dearer.
const anyPrice: fc.Arbitrary<Price> = fc
  .tuple(prices, nanos, fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 4 }), fc.array(prices))
  .map(([base, requestNanos, steps, tiers]) => ({
    ...base,
    id: "p",
    version: 1,
    requestNanos,
    tiers: steps
      .sort((a, b) => a - b)
      .flatMap((aboveTokens, i) => (tiers[i] === undefined ? [] : [{ ...tiers[i], aboveTokens }])),
  }));
const multiplier = fc.nat(3_000_000);

describe("any price with any tiers", () => {
  it("costs the sum of its lines, none of them negative, each rounded half up once", () => {
    fc.assert(
      fc.property(anyPrice, counts, multiplier, (each, raw, ppm) => {
        const lines = chargeLines(each, normaliseUsage(raw), ppm);
        expect(lines.reduce((sum, line) => sum + line.amountNanos, 0n)).toBe(costOf(each, normaliseUsage(raw), ppm));
        for (const { class: of, tokens, priceNanos, amountNanos } of lines) {
          const unit = of === "request" ? 1_000_000n : 1_000_000_000_000n;
          const exact = BigInt(tokens) * priceNanos * BigInt(ppm);
          const error = amountNanos * unit - exact;
          expect(amountNanos >= 0n && error * 2n <= unit && error * 2n > -unit).toBe(true);
        }
      }),
    );
  });

  it("rounds the product of tokens, price and multiplier as multiplyDivide does", () => {
    const tokens = fc.oneof(fc.nat(2_000_000_000), fc.nat(20));
    fc.assert(
      fc.property(tokens, fc.oneof(nanos, fc.bigInt(0n, 2_000_000n)), multiplier, (count, each, ppm) => {
        const exact = multiplyDivide(BigInt(count), each * BigInt(ppm), 1_000_000_000_000n);
        expect(tokenCost(count, each, ppm)).toBe(exact);
      }),
    );
    expect(tokenCost(1, 500_000n, 1_000_000)).toBe(1n);
    expect(tokenCost(1, 499_999n, 1_000_000)).toBe(0n);
  });

  it("costs no less for a token more of any class in the same tier", () => {
    const more = fc.constantFrom("input", "cachedInput", "cacheWrite", "image", "audio", "output", "reasoning");
    fc.assert(
      fc.property(anyPrice, counts, multiplier, more, (each, raw, ppm, of) => {
        const usage = normaliseUsage(raw);
        const total = of === "output" || of === "reasoning" ? "output" : "input";
        const larger = { ...usage, [total]: usage[total] + 1, ...(of !== total && { [of]: usage[of] + 1 }) };
        if (tierOf(each, usage.input) !== tierOf(each, larger.input)) return;
        expect(costOf(each, larger, ppm) >= costOf(each, usage, ppm)).toBe(true);
      }),
    );
  });

  it("never costs more than what admission reserves for as many tokens or more", () => {
    fc.assert(
      fc.property(anyPrice, counts, multiplier, fc.nat(500_000), (each, raw, ppm, spare) => {
        const usage = normaliseUsage(raw);
        const most = usage.input + spare;
        const reserved =
          tokenCost(most, dearestInput(each, most), ppm) +
          tokenCost(usage.output, dearestOutput(each, most), ppm) +
          costOf({ ...each, tiers: [] }, noUsage, ppm);
        // Each of at most seven lines is rounded up by half a nano, and the reservation down by as much.
        expect(costOf(each, usage, ppm)).toBeLessThanOrEqual(reserved + 4n);
      }),
    );
  });

  it("reserves at no tier that so many tokens can't reach", () => {
    expect(dearestInput(tiered, 128_000)).toBe(2_000_000_000n);
    expect(dearestInput(tiered, 128_001)).toBe(4_000_000_000n);
    expect(dearestOutput(tiered, 256_000)).toBe(16_000_000_000n);
    expect(dearestOutput(tiered, 256_001)).toBe(20_000_000_000n);
  });
});
