import fc from "fast-check";
import { expect, it } from "vitest";
import { dueBy, dueTime } from "./schedule.ts";

it("sends the first request at once and then one each interval", () => {
  expect([0, 1.9, 2, 3.9, 4, 1_000].map((elapsed) => dueBy(elapsed, 500, 400))).toEqual([1, 1, 2, 2, 3, 400]);
  expect(dueBy(-1, 500, 400)).toBe(0);
  expect([0, 1, 500].map((index) => dueTime(index, 500))).toEqual([0, 2, 1_000]);
});

it("sends nothing early and leaves nothing out, whenever it is asked", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 60_000, noNaN: true }),
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (elapsed, perSecond, total) => {
        const due = dueBy(elapsed, perSecond, total);
        const tolerance = 1e-6;
        expect(dueTime(due - 1, perSecond)).toBeLessThanOrEqual(elapsed + tolerance);
        if (due < total) expect(dueTime(due, perSecond)).toBeGreaterThan(elapsed - tolerance);
        expect(due).toBeLessThanOrEqual(total);
      },
    ),
  );
});
