import { describe, expect, it } from "vitest";
import {
  exactColumn,
  fixed,
  formatMoney,
  formatMoneyExact,
  formatMoneySigned,
  formatMoneySummary,
  moneyColumn,
} from "./money.ts";

const money = (nanos: bigint) => formatMoney(nanos, "¥");

describe("formatMoney", () => {
  it("shows two decimals from one unit on, with commas", () => {
    expect(money(18_370_000_000n)).toBe("¥18.37");
    expect(money(5_000_000_000_000n)).toBe("¥5,000.00");
    expect(money(1_000_000_000n)).toBe("¥1.00");
    expect(money(1_005_000_000n)).toBe("¥1.01");
  });
  it("shows four significant digits below one unit", () => {
    expect(money(20_184_900n)).toBe("¥0.02018");
    expect(money(131_850_000n)).toBe("¥0.1319");
    expect(money(400_000n)).toBe("¥0.0004");
    expect(money(500_000_000n)).toBe("¥0.50");
  });
  it("never writes zero for something", () => {
    expect(money(1n)).toBe("¥0.000000001");
    expect(money(-1n)).toBe("−¥0.000000001");
    expect(money(0n)).toBe("¥0");
  });
  it("rounds up across one unit without losing the decimals", () => {
    expect(money(999_960_000n)).toBe("¥1.00");
    expect(money(99_999_900n)).toBe("¥0.10");
  });
  it("puts the true minus before the sign of the currency", () => {
    expect(money(-18_370_000_000n)).toBe("−¥18.37");
    expect(formatMoneySigned(5_000_000_000n, "¥")).toBe("+¥5.00");
    expect(formatMoneySigned(-20_180_000n, "¥")).toBe("−¥0.02018");
  });
  it("keeps every digit of amounts beyond the range of floating point", () => {
    expect(money(123_456_789_012_345_678_900_000_000n)).toBe("¥123,456,789,012,345,678.90");
  });
});

describe("other forms of an amount", () => {
  it("gives summaries four digits", () => {
    expect(formatMoneySummary(8_582_400_000n, "¥")).toBe("¥8.582");
    expect(formatMoneySummary(18_374_000_000n, "¥")).toBe("¥18.37");
  });
  it("is exact to the nano on a receipt", () => {
    expect(formatMoneyExact(31_002n, "¥")).toBe("¥0.000031002");
    expect(formatMoneyExact(5_000_000_000n, "¥")).toBe("¥5.00");
  });
  it("gives a column one number of decimals, enough for the smallest, and a bare zero", () => {
    const cell = moneyColumn([9_577_100_000n, 31_000_000n, 0n]);
    expect([9_577_100_000n, 31_000_000n, 0n].map(cell)).toEqual(["9.577", "0.031", "0"]);
    expect(moneyColumn([12_000_000_000n, -420_000_000n])(-420_000_000n)).toBe("−0.42");
  });
  it("rounds away from zero at a fixed number of decimals", () => {
    expect(fixed(-1_500_000_000n, 0)).toBe("−2");
    expect(fixed(-400_000_000n, 0)).toBe("0");
  });
});

describe("exactColumn", () => {
  it("gives every amount the decimals that the finest one needs, and at least so many", () => {
    const prices = exactColumn([2_000_000_000n, 12_500_000n]);
    expect([2_000_000_000n, 12_500_000n, 0n].map(prices)).toEqual(["2.0000", "0.0125", "0"]);
    expect(exactColumn([2_000_000_000n], 7)(-2_000_000_000n)).toBe("−2.0000000");
    expect(exactColumn([1n])(1n)).toBe("0.000000001");
    expect(exactColumn([])(1_000_000_000n)).toBe("1.00");
  });
});
