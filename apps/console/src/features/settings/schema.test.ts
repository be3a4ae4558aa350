import { describe, expect, it } from "vitest";
import { retentionInput } from "./schema.ts";

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
