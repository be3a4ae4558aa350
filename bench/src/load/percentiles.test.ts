import { expect, it } from "vitest";
import { median, percentile, spreadOf } from "./percentiles.ts";

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

it("takes percentiles by nearest rank", () => {
  expect([0, 1, 50, 99, 99.9, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 1, 50, 99, 100, 100]);
  expect(percentile([7], 99.9)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});

it("sorts by number before it takes a spread", () => {
  expect(spreadOf([...hundred, 1_000, 200].reverse())).toEqual({ p50: 51, p99: 200, p999: 1_000 });
});

it("takes the middle of odd and even numbers of rounds", () => {
  expect(median([10, 2, 9])).toBe(9);
  expect(median([10, 2])).toBe(6);
  expect(median([])).toBeNaN();
});
