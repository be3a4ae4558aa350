import { type AllowanceMode, type AllowancePeriod, parseAmount } from "@lyceum/domain";
import { amountProblem } from "#features/users/schema.ts";
import { type FundingSum, sumFunding } from "../arithmetic.ts";
import type { MoneyFacts } from "./money-facts.ts";

/** What a person has chosen to give along with a list, as typed. */
export type MoneyChoice = {
  readonly every: "none" | "once" | AllowancePeriod;
  readonly mode: AllowanceMode;
  readonly amount: string;
  /** YYYY-MM-DD. */
  readonly lastDay: string;
  readonly reason: string;
};

export type MoneySum = FundingSum & {
  readonly eachNanos: bigint;
  readonly availableNanos: bigint;
  /** Just this allowance goes on already: only who joins gets something. */
  readonly isRunning: boolean;
};

/** As it is sent; null: none. */
export function sentMoney({ every, ...rest }: MoneyChoice) {
  return every === "none" ? null : { every, ...rest };
}

/** What the choice comes to; null: nothing was chosen, no reason is given, or no amount can be read. `dayOf` says on which day a moment falls. */
export function sumMoney(choice: MoneyChoice, facts: MoneyFacts, dayOf: (at: Date) => string): MoneySum | null {
  const { every, mode, amount, lastDay, reason } = choice;
  if (every === "none" || reason.trim() === "" || amount.trim() === "" || amountProblem(amount) !== undefined)
    return null;
  const [eachNanos, availableNanos] = [parseAmount(amount), parseAmount(facts.available)];
  if (eachNanos === 0n) return null;
  const isRunning = facts.running.some(
    (each) =>
      each.period === every &&
      each.mode === mode &&
      parseAmount(each.amount) === eachNanos &&
      dayOf(new Date(each.endsAt)) === lastDay,
  );
  const holdings = every === "once" ? facts.listed : facts.everybody;
  const now = isRunning
    ? Array.from({ length: facts.joining }, () => 0n)
    : holdings.flatMap(({ now: has, count }) => Array.from({ length: count }, () => parseAmount(has)));
  // What set-to means for an allowance: so much of it, whatever else there is.
  const counted = every !== "once" && mode === "set-to" ? "add" : mode;
  return { ...sumFunding(counted, now, eachNanos, availableNanos), eachNanos, availableNanos, isRunning };
}
