import { type Price, parseTierTokens } from "@lyceum/domain";
import { type AmountProblem, amountProblem, type PriceText, priceClasses, tokenText } from "./price-fields.ts";

export type TierClass = Exclude<(typeof priceClasses)[number], "request">;

/** A tier as typed: "128000" and amounts per million. `key` tells rows apart while they are added and removed. */
export type TierText = Omit<PriceText, "request"> & { above: string; key: number };

export const tierClasses = priceClasses.filter((of): of is TierClass => of !== "request");

export function tierTexts(price: Price | null): TierText[] {
  return (price?.tiers ?? []).map((tier, key) => ({ ...tokenText(tier), above: String(tier.aboveTokens), key }));
}

/** An empty tier after the others. */
export function newTier(tiers: readonly TierText[]): TierText {
  const key = tiers.reduce((most, tier) => Math.max(most, tier.key), -1) + 1;
  return { ...tokenText(null), above: "", key };
}

/**
 * The classes a tier has fields for: input, output, and those that cost something of their own in the base prices. What has been typed
 * is never hidden.
 */
export function shownClasses(tier: TierText, base: PriceText): TierClass[] {
  return tierClasses.filter(
    (of) => of === "input" || of === "output" || base[of].trim() !== "" || tier[of].trim() !== "",
  );
}

/** Keys of sentences in messages/prices. */
export type TierProblem = AmountProblem | "aboveMissing" | "aboveNotCount" | "aboveNotLonger";

/** What is wrong with one field of a tier as typed; null: nothing. Tiers ascend. */
export function tierProblem(
  tiers: readonly Omit<TierText, "key">[],
  index: number,
  of: TierClass | "above",
): TierProblem | null {
  const tier = tiers[index];
  if (tier === undefined) return null;
  if (of !== "above") return amountProblem(of, tier[of]);
  if (tier.above.trim() === "") return "aboveMissing";
  const tokens = parseTierTokens(tier.above);
  if (tokens === null) return "aboveNotCount";
  const before = parseTierTokens(tiers[index - 1]?.above ?? "");
  return before !== null && tokens <= before ? "aboveNotLonger" : null;
}
