import { expect, it } from "vitest";
import { monthsBack } from "./months.ts";

it("lists the months of the campus from now back to the first, at most so many", () => {
  const now = new Date("2026-12-31T17:00:00Z"); // January in Shanghai
  expect(monthsBack(now, new Date("2026-10-31T16:00:00Z"), "Asia/Shanghai")).toEqual(["2027-01", "2026-12", "2026-11"]);
  expect(monthsBack(now, new Date("2026-10-31T16:00:00Z"), "UTC")).toEqual(["2026-12", "2026-11", "2026-10"]);
  expect(monthsBack(now, null, "UTC")).toHaveLength(36);
  expect(monthsBack(now, now, "UTC", 1)).toEqual(["2026-12"]);
});
