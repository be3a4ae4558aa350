import { describe, expect, it } from "vitest";
import { formatMultiplier, parseMultiplier } from "./multiplier.ts";

describe("a group's multiplier", () => {
  it("is read exactly and written back as it was", () => {
    expect(parseMultiplier("0.8")).toBe(800_000);
    expect(parseMultiplier("1")).toBe(1_000_000);
    expect(parseMultiplier("1000.000000")).toBe(1_000_000_000);
    for (const ppm of [0, 1, 10, 999_999, 1_000_001, 1_250_000, 12_345_678, 1_000_000_000]) {
      expect(parseMultiplier(formatMultiplier(ppm))).toBe(ppm);
    }
  });

  it.each(["", "-1", "+1", "1e3", ".5", "1.", "1,5", "1.0000001", "1000.000001", "NaN", "Infinity"])(
    "refuses %j",
    (text) => {
      expect(() => parseMultiplier(text)).toThrow("multiplier");
    },
  );
});
