import { expect, it } from "vitest";
import { statementMonths } from "./months.ts";

it("lists every month of the zone since a course was made, the newest first, over the turn of the year", () => {
  const began = new Date("2026-10-31T16:30:00Z"); // 1 November there
  expect(statementMonths(began, new Date("2027-01-31T15:59:59Z"), "Asia/Shanghai")).toEqual([
    ...["2027-01", "2026-12", "2026-11"],
  ]);
  expect(statementMonths(began, new Date("2040-01-01T00:00:00Z"), "Asia/Shanghai")).toHaveLength(24);
});
