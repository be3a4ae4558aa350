import { describe, expect, it } from "vitest";
import { defaultSettings, settingsSchema } from "./settings.ts";

describe("settings", () => {
  it("have sensible defaults", () => {
    expect(defaultSettings).toMatchObject({
      currency: "CNY",
      timeZone: "Asia/Shanghai",
      registration: "open",
      allowUnpriced: false,
      usageRetentionMonths: null,
    });
    expect(defaultSettings.terms.zh).toHaveLength(defaultSettings.terms.en.length);
  });
  it.each([
    { timeZone: "Mars/Olympus" },
    { currency: "yuan" },
    { usualOutputTokens: 0 },
    { maxBodyBytes: 1 },
    { usageRetentionMonths: 12 },
  ])("refuse %j", (value) => expect(settingsSchema.safeParse(value).success).toBe(false));

  it("take academic terms in order, with or without names", () => {
    const academicTerms = [
      { startsOn: "2026-09-01", endsOn: "2027-01-17", name: { zh: "秋季学期", en: "Autumn" } },
      { startsOn: "2027-02-22", endsOn: "2027-07-10" },
    ];
    expect(settingsSchema.parse({ academicTerms }).academicTerms).toEqual(academicTerms);
  });
  it.each([
    [
      "overlap",
      [
        ["2026-09-01", "2027-01-17"],
        ["2027-01-17", "2027-07-10"],
      ],
    ],
    [
      "stand out of order",
      [
        ["2027-02-22", "2027-07-10"],
        ["2026-09-01", "2027-01-17"],
      ],
    ],
    ["end before they begin", [["2026-09-01", "2026-08-31"]]],
    ["name no day", [["2026-02-30", "2026-08-31"]]],
    ["name a day in another way", [["1 Sep 2026", "2026-08-31"]]],
  ])("refuse terms that %s", (_, days) => {
    const academicTerms = days.map(([startsOn, endsOn]) => ({ startsOn, endsOn }));
    expect(settingsSchema.safeParse({ academicTerms }).success).toBe(false);
  });
});
