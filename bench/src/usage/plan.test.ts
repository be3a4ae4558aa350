import fc from "fast-check";
import { expect, it } from "vitest";
import { hourOfSession, sessionsOf, stretchesOf, type UsagePlan } from "./plan.ts";

const plan: UsagePlan = {
  records: 10_000,
  accounts: 50,
  keysEach: 2,
  models: 8,
  months: 2,
  recordsPerSession: 10,
  until: new Date("2026-11-28T07:00:00Z"),
};

it("cuts every session into exactly one stretch, and no hour into two", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 1_000 }),
      (records, recordsPerSession, months, hours) => {
        const own = { ...plan, records, recordsPerSession, months };
        const stretches = stretchesOf(own, hours);
        let next = 0;
        let lastHour = -1;
        for (const { firstSession, lastSession } of stretches) {
          expect(firstSession).toBe(next);
          expect(hourOfSession(own, firstSession)).toBeGreaterThan(lastHour);
          lastHour = hourOfSession(own, lastSession);
          next = lastSession + 1;
        }
        expect(next).toBe(sessionsOf(own));
        expect(lastHour).toBeLessThan(months * 720);
      },
    ),
  );
});
