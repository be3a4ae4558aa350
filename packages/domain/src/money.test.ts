import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAmount, MAX_AMOUNT_NANOS, multiplyDivide, parseAmount } from "./money.ts";

describe("parseAmount", () => {
  it.each([
    ["20", 20_000_000_000n],
    ["0.5", 500_000_000n],
    ["1,000.25", 1_000_250_000_000n],
    ["0.000000001", 1n],
    [" 3 ", 3_000_000_000n],
    ["10000000", MAX_AMOUNT_NANOS],
  ])("reads %s exactly", (text, nanos) => expect(parseAmount(text)).toBe(nanos));

  it.each([
    "",
    "-5",
    "+5",
    "1e3",
    "0x10",
    ".5",
    "5.",
    "1,00",
    "1.0000000001",
    "10000000.1",
    "NaN",
    "Infinity",
    "５",
    "1 000",
    "¥5",
  ])("refuses %j with invalid_amount", (text) =>
    expect(() => parseAmount(text)).toThrow(expect.objectContaining({ code: "invalid_amount" })),
  );

  it("reads back whatever formatAmount writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT_NANOS }), (nanos) => {
        expect(parseAmount(formatAmount(nanos))).toBe(nanos);
      }),
    );
  });
});

describe("multiplyDivide", () => {
  it("rounds half up, once", () => {
    expect(multiplyDivide(1n, 1n, 2n)).toBe(1n);
    expect(multiplyDivide(1n, 1n, 3n)).toBe(0n);
    expect(multiplyDivide(5n, 3n, 10n)).toBe(2n);
  });

  it("is never more than half a nano away from the truth", () => {
    const positive = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), positive, positive, (value, numerator, denominator) => {
        const difference = multiplyDivide(value, numerator, denominator) * denominator - value * numerator;
        expect(difference * 2n).toBeLessThanOrEqual(denominator);
        expect(difference * 2n).toBeGreaterThan(-denominator);
      }),
    );
  });
});
