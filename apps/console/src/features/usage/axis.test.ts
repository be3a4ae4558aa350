import { describe, expect, it } from "vitest";
import { axisTicks, tickDecimals } from "./axis.ts";

describe("axisTicks", () => {
  it("reaches the largest value in round steps", () => {
    expect(axisTicks(0.9115)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(axisTicks(37)).toEqual([0, 10, 20, 30, 40]);
    expect(axisTicks(4)).toEqual([0, 1, 2, 3, 4]);
    expect(axisTicks(0)).toEqual([0, 1]);
  });

  it("stays between two and five lines for any size", () => {
    for (let max = 1e-9; max < 1e12; max *= 1.7) {
      const ticks = axisTicks(max);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
    }
  });

  it("says how many decimals tell the ticks apart", () => {
    expect(tickDecimals([0, 0.25, 0.5])).toBe(2);
    expect(tickDecimals([0, 10])).toBe(0);
    expect(tickDecimals([0, 0.0005])).toBe(4);
  });
});
