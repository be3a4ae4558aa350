import type { KeyRow } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";

const CENT = 10_000_000n;

/** A daily cap of a fifth of what one go cost, in whole cents, never nothing, and never more than the key may spend a day already. */
export function proposedCap(chargeNanos: bigint, key: Pick<KeyRow, "capNanos">): string {
  const fifth = chargeNanos / 5n / CENT;
  const proposed = (fifth > 0n ? fifth : 1n) * CENT;
  const isTighter = key.capNanos !== null && key.capNanos < proposed;
  return formatAmount(isTighter && key.capNanos !== null ? key.capNanos : proposed);
}
