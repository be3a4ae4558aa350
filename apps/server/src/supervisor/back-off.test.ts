import { expect, it } from "vitest";
import { backOff } from "./back-off.ts";

it("doubles the pause up to ten seconds and starts anew after a minute of health", () => {
  let now = 0;
  const pause = backOff(() => now);
  const next = (ranMs: number) => {
    now += ranMs;
    const ms = pause();
    now += ms;
    return ms;
  };
  expect(Array.from({ length: 8 }, () => next(5))).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  expect(next(60_000)).toBe(100);
  expect(next(5)).toBe(200);
});
