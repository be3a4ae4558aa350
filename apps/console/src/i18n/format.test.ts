import { describe, expect, it } from "vitest";
import { createFormat, formatCount, formatPercent, formatSpeed, formatTokens } from "./format.ts";
import { formatDuration } from "./time.ts";

// 21:41:07 in Shanghai, still the 14th in UTC.
const now = new Date("2026-10-14T13:41:07Z");
const zh = createFormat({ locale: "zh", timeZone: "Asia/Shanghai", currency: "CNY", now });
const en = createFormat({ locale: "en", timeZone: "Asia/Shanghai", currency: "CNY", now });

describe("tokens and counts", () => {
  it("writes tokens in full below ten thousand and with three digits above", () => {
    expect([0, 999, 9_999, 10_000, 12_849, 79_600, 128_000].map(formatTokens)).toEqual([
      "0",
      "999",
      "9,999",
      "10.0 k",
      "12.8 k",
      "79.6 k",
      "128 k",
    ]);
    expect(formatTokens(999_600)).toBe("1.00 M");
    expect(formatTokens(4_023_456n)).toBe("4.02 M");
    expect(formatTokens(5_200_000_000_000)).toBe("5,200 G");
    expect(formatTokens(-12_849)).toBe("−12.8 k");
  });
  it("groups counts and keeps a true minus", () => {
    expect(formatCount(1_284)).toBe("1,284");
    expect(formatCount(-1_284n)).toBe("−1,284");
  });
  it("writes percent with a space and never 0 for something", () => {
    expect([0.72, 0, 0.0042, 0.0001, -0.12].map(formatPercent)).toEqual(["72 %", "0 %", "0.4 %", "<0.1 %", "−12 %"]);
  });
  it("writes speed and multipliers", () => {
    expect(formatSpeed(84.2)).toBe("84 tok/s");
    expect(zh.multiplier(800_000)).toBe("× 0.8");
  });
});

describe("dates in the configured zone", () => {
  it("shows today by the second and other days by the minute", () => {
    expect(zh.dateTime(now)).toBe("21:41:07");
    expect(zh.dateTime(new Date("2026-10-13T16:05:00Z"))).toBe("00:05:00");
    expect(zh.dateTime(new Date("2026-10-09T07:30:00Z"))).toBe("10月9日 15:30");
    expect(en.dateTime(new Date("2026-10-09T07:30:00Z"))).toBe("9 Oct 15:30");
  });
  it("adds the year only when it is another", () => {
    expect(zh.date(new Date("2027-01-17T00:00:00+08:00"))).toBe("2027年1月17日");
    expect(en.date(new Date("2027-01-17T00:00:00+08:00"))).toBe("17 Jan 2027");
    expect(zh.dateWithWeekday(now)).toBe("10月14日 星期三");
    expect(en.dateWithWeekday(now)).toBe("14 Oct, Wed");
  });
  it("is relative up to a day, to both sides", () => {
    const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    expect(zh.span(ago(31), ago(1))).toBe("10月14日 21:10–21:40");
    expect(zh.span(now, now)).toBe("10月14日 21:41");
    expect(en.span(ago(24 * 60), now)).toBe("13 Oct 21:41 – 14 Oct 21:41");
    expect(zh.relative(new Date(now.getTime() - 20_000))).toBe("刚刚");
    expect(zh.relative(new Date(now.getTime() - 2 * 60_000))).toBe("2 分钟前");
    expect(en.relative(new Date(now.getTime() + 3 * 3_600_000))).toBe("in 3 h");
    expect(zh.relative(new Date(now.getTime() - 86_400_000))).toBe("10月13日 21:41");
  });
  it("names the day of the zone, not of UTC", () => {
    expect(zh.isoDay(new Date("2026-10-14T16:00:00Z"))).toBe("2026-10-15");
    expect(zh.hourOfDay(new Date("2026-10-14T16:00:00Z"))).toBe(0);
    expect(zh.exact(now)).toBe("2026年10月14日 21:41:07 Asia/Shanghai");
  });
});

describe("durations", () => {
  it("picks the unit by size", () => {
    expect(formatDuration(4, "zh")).toBe("4 ms");
    expect(formatDuration(0, "zh")).toBe("0.00 s");
    expect(formatDuration(420, "zh")).toBe("0.42 s");
    expect(formatDuration(12_340, "en")).toBe("12.3 s");
    expect(formatDuration(59_990, "en")).toBe("1 min");
    expect(formatDuration(22_680_000, "zh")).toBe("6 小时 18 分");
    expect(formatDuration(266_400_000, "en")).toBe("3 d 2 h");
  });
});
