import type { UsageReceipt } from "@lyceum/db";
import { type ChargeLine, multiplyDivide } from "@lyceum/domain";

const million = 1_000_000n;

/** A charge as a reader adds it up: each row can be computed from those above it, and all of them together are the charge. */
export interface ReceiptSums {
  /** tokens × price, before the group's multiplier. */
  lines: (ChargeLine & { plainNanos: bigint })[];
  subtotalNanos: bigint;
  /** sub-total × multiplier − sub-total. */
  groupNanos: bigint;
  /** Each class is rounded to the nano by itself after the multiplier, the sub-total is not: a few nanos at most. */
  roundingNanos: bigint;
  /** What a settlement that came late changed. */
  correctedNanos: bigint;
  /** What the balance could not pay, and the house did; never positive. */
  uncollectedNanos: bigint;
  chargeNanos: bigint;
}

type Charged = Pick<UsageReceipt, "lines" | "multiplierPpm" | "costNanos" | "chargeNanos" | "uncollectedNanos">;

export function receiptSums(receipt: Charged): ReceiptSums {
  const lines = receipt.lines.map((line) => ({ ...line, plainNanos: beforeGroup(line) }));
  const subtotalNanos = lines.reduce((sum, line) => sum + line.plainNanos, 0n);
  const afterGroup = multiplyDivide(subtotalNanos, BigInt(receipt.multiplierPpm), million);
  const summed = lines.reduce((sum, line) => sum + line.amountNanos, 0n);
  return {
    lines,
    subtotalNanos,
    groupNanos: afterGroup - subtotalNanos,
    roundingNanos: summed - afterGroup,
    correctedNanos: receipt.costNanos - summed,
    uncollectedNanos: -receipt.uncollectedNanos,
    chargeNanos: receipt.chargeNanos,
  };
}

function beforeGroup(line: ChargeLine): bigint {
  return line.class === "request" ? line.priceNanos : multiplyDivide(BigInt(line.tokens), line.priceNanos, million);
}
