import type { AllowanceMode } from "@lyceum/domain";

export type FundingSum = {
  readonly people: number;
  /** Who would get more, and less. */
  readonly raised: number;
  readonly lowered: number;
  /** Out of the pool, after what goes back has gone back. */
  readonly neededNanos: bigint;
  readonly returnedNanos: bigint;
  /** What the pool has then too little; 0 or more. */
  readonly lackingNanos: bigint;
};

/** What a funding would move, by what is on the page; the server takes what it finds then. `nowNanos`: of the course's money, one for each member. */
export function sumFunding(
  mode: AllowanceMode,
  nowNanos: readonly bigint[],
  amountNanos: bigint,
  availableNanos: bigint,
): FundingSum {
  return sumAmounts(
    mode,
    nowNanos.map((now) => ({ nowNanos: now, amountNanos })),
    availableNanos,
  );
}

/** What one of them has afterwards. */
export function afterFunding(mode: AllowanceMode, nowNanos: bigint, amountNanos: bigint): bigint {
  if (mode === "add") return nowNanos + amountNanos;
  return mode === "set-to" || amountNanos > nowNanos ? amountNanos : nowNanos;
}

/** As sumFunding, with an amount of their own for each. */
export function sumAmounts(
  mode: AllowanceMode,
  people: readonly { readonly nowNanos: bigint; readonly amountNanos: bigint }[],
  availableNanos: bigint,
): FundingSum {
  let [raised, lowered, neededNanos, returnedNanos] = [0, 0, 0n, 0n];
  for (const { nowNanos, amountNanos } of people) {
    const difference = afterFunding(mode, nowNanos, amountNanos) - nowNanos;
    if (difference > 0n) {
      raised += 1;
      neededNanos += difference;
    } else if (difference < 0n) {
      lowered += 1;
      returnedNanos -= difference;
    }
  }
  const lacking = neededNanos - availableNanos - returnedNanos;
  return {
    people: people.length,
    raised,
    lowered,
    neededNanos,
    returnedNanos,
    lackingNanos: lacking > 0n ? lacking : 0n,
  };
}
