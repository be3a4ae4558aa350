import { expect, it } from "vitest";
import { gapsOf } from "./bar-gaps.ts";

it("finds every run that was never measured, at the start, in the middle and at the end", () => {
  const of = (states: string) =>
    gapsOf([...states].map((each) => ({ state: each === "x" ? ("missing" as const) : ("measured" as const) })));
  expect(of("xx.x..x")).toEqual([
    { x1: 0, x2: 1 },
    { x1: 3, x2: 3 },
    { x1: 6, x2: 6 },
  ]);
  expect(of("....")).toEqual([]);
});
