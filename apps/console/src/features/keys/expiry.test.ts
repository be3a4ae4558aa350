import { describe, expect, it } from "vitest";
import { presetExpiry, termEnd } from "./expiry.ts";

const zone = { timeZone: "Asia/Shanghai", academicTerms: [] };

describe("expiry presets", () => {
  it("end a term with January or July, whichever comes next", () => {
    expect(termEnd(new Date("2026-11-22T04:00:00Z"), zone).toISOString()).toBe("2027-01-31T16:00:00.000Z");
    expect(termEnd(new Date("2027-03-01T04:00:00Z"), zone).toISOString()).toBe("2027-07-31T16:00:00.000Z");
  });

  it("end a term as the settings say, and skip one that is nearly over there too", () => {
    const academicTerms = [
      { startsOn: "2026-09-01", endsOn: "2027-01-17" },
      { startsOn: "2027-02-22", endsOn: "2027-07-10" },
    ];
    const campus = { ...zone, academicTerms };
    expect(termEnd(new Date("2026-11-22T04:00:00Z"), campus).toISOString()).toBe("2027-01-17T16:00:00.000Z");
    expect(termEnd(new Date("2027-01-10T04:00:00Z"), campus).toISOString()).toBe("2027-07-10T16:00:00.000Z");
    expect(termEnd(new Date("2027-07-20T04:00:00Z"), campus).toISOString()).toBe("2028-01-31T16:00:00.000Z");
  });

  it("skip a term that is nearly over", () => {
    expect(termEnd(new Date("2027-01-20T04:00:00Z"), zone).toISOString()).toBe("2027-07-31T16:00:00.000Z");
    expect(termEnd(new Date("2026-07-30T04:00:00Z"), zone).toISOString()).toBe("2027-01-31T16:00:00.000Z");
  });

  it("count whole days after today, and never end without a preset", () => {
    const now = new Date("2026-11-22T04:00:00Z");
    expect(presetExpiry("30d", now, zone)?.toISOString()).toBe("2026-12-22T16:00:00.000Z");
    expect(presetExpiry("90d", now, zone)?.toISOString()).toBe("2027-02-20T16:00:00.000Z");
    expect(presetExpiry("none", now, zone)).toBeNull();
  });
});
