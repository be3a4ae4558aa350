import type { CreditRow } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { creditLanes } from "./lanes.ts";

const now = new Date("2026-10-14T04:00:00Z");
const months = ["2026-11-01", "2026-12-01", "2027-01-01"].map((day) => new Date(`${day}T00:00:00Z`));
const credit = (id: string, endsAt: string | null, remainingNanos = 1n): CreditRow => ({
  id,
  kind: "top-up",
  amountNanos: 5n,
  remainingNanos,
  endsAt: endsAt === null ? null : new Date(endsAt),
  note: "",
  createdAt: now,
});

describe("creditLanes", () => {
  it("puts what ends first first, and what never ends last", () => {
    const { lanes } = creditLanes(
      [credit("c", null), credit("b", "2027-01-17"), credit("a", "2026-10-20")],
      now,
      months,
    );
    expect(lanes.map((lane) => lane.credit.id)).toEqual(["a", "b", "c"]);
    expect(lanes[2]?.end).toBe(1);
    expect(lanes[1]?.end).toBeGreaterThan(0.9);
    expect(lanes[1]?.end).toBeLessThan(1);
  });

  it("leaves out what has ended or is used up", () => {
    const { lanes } = creditLanes([credit("a", "2026-10-01"), credit("b", null, 0n)], now, months);
    expect(lanes).toEqual([]);
  });

  it("keeps ticks apart and marks the last end", () => {
    const { ticks } = creditLanes([credit("b", "2027-01-17")], now, months);
    expect(ticks[0]?.kind).toBe("now");
    expect(ticks.at(-1)?.kind).toBe("last");
    const gaps = ticks.slice(1).map((tick, index) => tick.place - (ticks[index]?.place ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.13);
  });

  it("never draws a few days as if they were long", () => {
    const { lanes } = creditLanes([credit("a", "2026-10-17")], now, months);
    expect(lanes[0]?.end).toBeLessThan(0.2);
  });
});
