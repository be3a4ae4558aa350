import { describe, expect, it } from "vitest";
import { responsesInput, retentionInput } from "./schema.ts";

describe("the retention as typed", () => {
  it.each([
    ["", null],
    [" 13 ", 13],
    ["240", 240],
  ])("%j is %j months", (typed, months) => {
    expect(retentionInput.parse({ usageRetentionMonths: typed })).toEqual({ usageRetentionMonths: months });
  });

  it.each(["12", "0", "-13", "1e2", "241", "thirteen"])("refuses %j with a sentence of its own", (typed) => {
    const result = retentionInput.safeParse({ usageRetentionMonths: typed });
    expect(result.error?.issues[0]?.message).toBe("settings.badRetention");
  });
});

describe("the days of kept answers as typed", () => {
  it.each([
    ["", null],
    [" 1 ", 1],
    ["365", 365],
  ])("%j is %j days", (typed, days) => {
    expect(responsesInput.parse({ responseRetentionDays: typed })).toEqual({ responseRetentionDays: days });
  });

  it.each(["0", "-1", "366", "x"])("refuses %j with a sentence of its own", (typed) => {
    const result = responsesInput.safeParse({ responseRetentionDays: typed });
    expect(result.error?.issues[0]?.message).toBe("settings.badResponseDays");
  });
});
