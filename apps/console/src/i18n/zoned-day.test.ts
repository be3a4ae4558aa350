import { describe, expect, it } from "vitest";
import { parseDay, startOfDay } from "./zoned-day.ts";

describe("days of a zone", () => {
  it("begin at the zone's midnight, not at UTC's", () => {
    const at = new Date("2026-10-14T16:30:00Z"); // 00:30 on the 15th in Shanghai
    expect(startOfDay(at, "Asia/Shanghai").toISOString()).toBe("2026-10-14T16:00:00.000Z");
    expect(startOfDay(at, "Asia/Shanghai", -15).toISOString()).toBe("2026-09-29T16:00:00.000Z");
    expect(startOfDay(at, "UTC").toISOString()).toBe("2026-10-14T00:00:00.000Z");
  });

  it("may last 23 or 25 hours where the clock changes", () => {
    const noon = new Date("2026-10-25T11:00:00Z"); // Berlin leaves summer time on this day
    const hours =
      (startOfDay(noon, "Europe/Berlin", 1).getTime() - startOfDay(noon, "Europe/Berlin").getTime()) / 3.6e6;
    expect(hours).toBe(25);
  });

  it("are read from YYYY-MM-DD only when the calendar has them", () => {
    expect(parseDay("2026-10-14", "Asia/Shanghai")?.toISOString()).toBe("2026-10-13T16:00:00.000Z");
    expect(["2026-02-30", "2026-13-01", "today", "2026-1-1"].map((text) => parseDay(text, "UTC"))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
