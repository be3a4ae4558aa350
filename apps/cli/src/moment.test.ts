import { describe, expect, it } from "vitest";
import { parseBeginning, parseMoment } from "./moment.ts";

describe("a moment on the command line", () => {
  it("a date means its last second in the system's zone, also where the clocks change", () => {
    expect(parseMoment("2027-01-17", "Asia/Shanghai")?.toISOString()).toBe("2027-01-17T15:59:59.000Z");
    expect(parseMoment("2027-01-17", "UTC")?.toISOString()).toBe("2027-01-17T23:59:59.000Z");
    expect(parseMoment("2026-03-29", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T21:59:59.000Z");
    expect(parseMoment("2026-11-01", "America/New_York")?.toISOString()).toBe("2026-11-02T04:59:59.000Z");
  });

  it("a full time means itself, and nothing means none", () => {
    expect(parseMoment("2027-01-17T12:00:00+08:00", "UTC")?.toISOString()).toBe("2027-01-17T04:00:00.000Z");
    expect(parseMoment(undefined, "UTC")).toBeNull();
  });

  it.each(["tomorrow", "2027-13-01", "2027-01-17T12:00", "17.1.2027", ""])("refuses %j", (text) => {
    expect(() => parseMoment(text, "UTC")).toThrow("is not understood");
  });

  it("a date from which on something counts means its beginning", () => {
    expect(parseBeginning("2027-01-17", "Asia/Shanghai")?.toISOString()).toBe("2027-01-16T16:00:00.000Z");
    expect(parseBeginning("2026-03-30", "Europe/Berlin")?.toISOString()).toBe("2026-03-29T22:00:00.000Z");
    expect(parseBeginning("2027-01-17T12:00:00Z", "UTC")?.toISOString()).toBe("2027-01-17T12:00:00.000Z");
    expect(parseBeginning(undefined, "UTC")).toBeNull();
  });
});
