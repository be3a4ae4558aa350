import { describe, expect, it } from "vitest";
import type { MoneyFacts } from "./money-facts.ts";
import { type MoneyChoice, sumMoney } from "./money-sum.ts";

const facts: MoneyFacts = {
  available: "5000",
  listed: [
    { now: "0", count: 190 },
    { now: "5", count: 7 },
  ],
  everybody: [
    { now: "0", count: 190 },
    { now: "5", count: 10 },
  ],
  joining: 2,
  running: [{ mode: "top-up-to", period: "week", amount: "20", endsAt: "2027-01-17T15:59:59Z" }],
};
const choice: MoneyChoice = { every: "once", mode: "add", amount: "20", lastDay: "2027-01-17", reason: "r" };
const sum = (changes: Partial<MoneyChoice>, of = facts) =>
  sumMoney({ ...choice, ...changes }, of, (at) => at.toISOString().slice(0, 10));
const UNIT = 1_000_000_000n;

describe("what money along with a list comes to", () => {
  it("once: for whoever is on the list, out of what the pool has", () => {
    expect(sum({})).toMatchObject({ raised: 197, neededNanos: 3_940n * UNIT, lackingNanos: 0n });
    expect(sum({ mode: "top-up-to" })).toMatchObject({ raised: 197, neededNanos: (3_940n - 35n) * UNIT });
    expect(sum({}, { ...facts, available: "3900" })?.lackingNanos).toBe(40n * UNIT);
  });

  it("nothing, where no reason is given: it could not be sent", () => {
    expect(sum({ reason: " " })).toBeNull();
    expect(sum({ every: "week", reason: "" })).toBeNull();
  });

  it("regularly: for all students; set-to is so much of the allowance, whatever else there is", () => {
    expect(sum({ every: "month" })).toMatchObject({ raised: 200, neededNanos: 4_000n * UNIT, isRunning: false });
    expect(sum({ every: "day", mode: "set-to" })).toMatchObject({
      raised: 200,
      lowered: 0,
      neededNanos: 4_000n * UNIT,
    });
  });

  it("where just this allowance goes on, only for who joins", () => {
    const again = { every: "week", mode: "top-up-to" } as const;
    expect(sum(again)).toMatchObject({ raised: 2, neededNanos: 40n * UNIT, isRunning: true });
    expect(sum({ ...again, lastDay: "2027-01-10" })).toMatchObject({ raised: 200, isRunning: false });
  });

  it("is nothing where nothing is chosen, or no amount can be read", () => {
    for (const changes of [{ every: "none" as const }, { amount: "" }, { amount: "zwanzig" }, { amount: "0" }]) {
      expect(sum(changes)).toBeNull();
    }
  });
});
