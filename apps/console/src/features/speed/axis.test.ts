import type { SpeedHour } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { axisFor } from "./axis.ts";
import { fastestHours } from "./fastest.ts";

describe("an axis", () => {
  it.each([0.4, 1, 7, 20, 312, 999, 1_000, 1_001, 54_321])(
    "over %d holds it, begins at 0 and has round ticks",
    (value) => {
      const { top, ticks } = axisFor([value / 3, value]);
      expect(top).toBeGreaterThanOrEqual(value * (1 - 1e-6));
      expect(top).toBeLessThan(value * 2.1);
      expect(ticks[0]).toEqual({ value: 0, place: 0 });
      expect(ticks.at(-1)?.place).toBe(1);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(7);
    },
  );
});

describe("the fastest hours", () => {
  const hour = (at: number, ttftP50Ms: number, streams = 10): SpeedHour => ({
    ...{ weekday: 1, hour: at, requests: streams, failures: 0, streams, ttftP50Ms },
    ttftP95Ms: ttftP50Ms,
    tokensPerSecond: 50,
  });

  it("are two in a row, weighted by how much was measured, across midnight too", () => {
    expect(fastestHours([hour(7, 200), hour(8, 210), hour(14, 900), hour(15, 950)])).toEqual({ from: 7, to: 9 });
    expect(fastestHours([hour(23, 200), hour(0, 210), hour(14, 900), hour(15, 950)])).toEqual({ from: 23, to: 1 });
  });

  it("are unknown where too little was measured", () => {
    expect(fastestHours([])).toBeNull();
    expect(fastestHours([hour(7, 200, 4), hour(15, 300, 4)])).toBeNull();
  });
});
