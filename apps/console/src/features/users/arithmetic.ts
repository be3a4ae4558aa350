/** What an act on many balances comes to, in nanos. */
export interface Arithmetic {
  people: number;
  amountNanos: bigint;
  /** people × amount. */
  productNanos: bigint;
  beforeNanos: bigint;
  afterNanos: bigint;
  /** How many are raised and lowered by a target; those already there count in neither. */
  raised: number;
  lowered: number;
}

/** Sums up adding `amountNanos` to each balance, or setting each to it. */
export function sumUp(mode: "add" | "set", balances: readonly bigint[], amountNanos: bigint): Arithmetic {
  const productNanos = BigInt(balances.length) * amountNanos;
  const beforeNanos = balances.reduce((sum, balance) => sum + balance, 0n);
  return {
    people: balances.length,
    amountNanos,
    productNanos,
    beforeNanos,
    afterNanos: mode === "add" ? beforeNanos + productNanos : productNanos,
    raised: balances.filter((balance) => balance < amountNanos).length,
    lowered: balances.filter((balance) => balance > amountNanos).length,
  };
}
