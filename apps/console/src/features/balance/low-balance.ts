import type { Balance } from "@lyceum/db";

/** Below this share of what was given it is time to ask for more. */
const lowShare = { part: 1n, of: 10n };

/** "none": nothing left to spend; "low": less than a tenth of what the credits that are left once were. */
export function balanceState(balance: Pick<Balance, "availableNanos" | "credits">): "fine" | "low" | "none" {
  if (balance.availableNanos === 0n) return "none";
  const given = balance.credits.reduce((sum, credit) => sum + credit.amountNanos, 0n);
  return balance.availableNanos * lowShare.of < given * lowShare.part ? "low" : "fine";
}
