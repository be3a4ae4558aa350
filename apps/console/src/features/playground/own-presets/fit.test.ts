import { expect, it } from "vitest";
import { misfits } from "./fit.ts";

const none = { ranges: {}, rejected: [], recommended: {} };

it("names nothing that a model takes", () => {
  expect(misfits({ temperature: 0, seed: -5, extra: { top_k: 1e9 }, stop: ["x"] }, none)).toEqual([]);
  const ranges = { temperature: { minimum: 0, maximum: 1 } };
  expect(misfits({ temperature: 1 }, { ...none, ranges })).toEqual([]);
  expect(misfits({ top_p: 0.5 }, { ...none, ranges, rejected: ["seed", "extra.deep"] })).toEqual([]);
});

it("names what a model refuses, also within extra JSON, and what lies beyond its bounds", () => {
  const constraints = {
    ...none,
    ranges: { temperature: { minimum: 0, maximum: 1 } },
    rejected: ["seed", "kwargs.think"],
  };
  const set = { temperature: 1.8, seed: 7, extra: { kwargs: { think: false } } };
  expect(misfits(set, constraints)).toEqual([
    { name: "seed", value: "7", bounds: null },
    { name: "kwargs.think", value: "false", bounds: null },
    { name: "temperature", value: "1.8", bounds: { minimum: 0, maximum: 1 } },
  ]);
  // What is refused is not also moved.
  expect(misfits({ temperature: 1.8 }, { ...constraints, rejected: ["temperature"] })).toHaveLength(1);
});
