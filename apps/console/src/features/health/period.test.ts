import { describe, expect, it } from "vitest";
import { beginningOf, readPeriod } from "./period.ts";

describe("the period of a note", () => {
  it("begins at six in the evening of the day before, by the campus's clock", () => {
    const morning = new Date("2026-11-28T00:30:00Z");
    expect(beginningOf("evening", morning, "Asia/Shanghai", null).toISOString()).toBe("2026-11-27T10:00:00.000Z");
    expect(beginningOf("evening", morning, "America/New_York", null).toISOString()).toBe("2026-11-26T23:00:00.000Z");
    expect(beginningOf("day", morning, "Asia/Shanghai", null).toISOString()).toBe("2026-11-27T00:30:00.000Z");
  });

  it("begins where the reader looked last, and in the evening for who never did", () => {
    const morning = new Date("2026-11-28T00:30:00Z");
    const last = new Date("2026-11-25T09:00:00Z");
    expect(beginningOf("look", morning, "Asia/Shanghai", last)).toBe(last);
    expect(beginningOf("look", morning, "Asia/Shanghai", null)).toEqual(
      beginningOf("evening", morning, "Asia/Shanghai", last),
    );
  });

  it("is since the last look where the address says nothing that makes sense", () => {
    expect([readPeriod("week"), readPeriod("year"), readPeriod(["day"])]).toEqual(["week", "look", "look"]);
  });
});
