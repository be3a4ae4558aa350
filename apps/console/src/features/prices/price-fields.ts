import {
  AppError,
  costOf,
  fallbackClass,
  formatAmount,
  noUsage,
  type Price,
  type PriceClass,
  parseAmount,
  type TokenPrices,
} from "@lyceum/domain";

/** The classes of a price in the order of the form. */
export const priceClasses = [
  "input",
  "output",
  "cachedInput",
  "reasoning",
  "cacheWrite",
  "image",
  "audio",
  "request",
] as const satisfies readonly PriceClass[];

/** The class whose price a class has where it is left empty; null: it must be given, or is nothing. */
export function fallbackOf(of: PriceClass): "input" | "output" | null {
  return of in fallbackClass ? fallbackClass[of as keyof typeof fallbackClass] : null;
}

/** A price as typed: decimal text in the site's currency, per million tokens; `request` per request. "" falls back. */
export type PriceText = Record<PriceClass, string>;

export function priceText(price: Price | null): PriceText {
  return {
    ...tokenText(price),
    // Per request nothing is the rule; an empty field says so better than a 0.
    request: price === null || price.requestNanos === 0n ? "" : formatAmount(price.requestNanos),
  };
}

/** The token classes of a price or a tier as they would be typed; what falls back is empty. */
export function tokenText(prices: TokenPrices | null): Omit<PriceText, "request"> {
  const text = (nanos: bigint | null | undefined) => (nanos === null || nanos === undefined ? "" : formatAmount(nanos));
  return {
    input: text(prices?.inputNanos),
    output: text(prices?.outputNanos),
    cachedInput: text(prices?.cachedInputNanos),
    reasoning: text(prices?.reasoningNanos),
    cacheWrite: text(prices?.cacheWriteNanos),
    image: text(prices?.imageNanos),
    audio: text(prices?.audioNanos),
  };
}

/** Keys of sentences in messages/prices. */
export type AmountProblem = "missing" | "negative" | "absurd" | "tooFine" | "notAmount";

/** What is wrong with an amount as typed; null: nothing. Empty is good where the class falls back. */
export function amountProblem(of: PriceClass, text: string): AmountProblem | null {
  const typed = text.trim();
  if (typed === "") return of === "input" || of === "output" ? "missing" : null;
  if (/^[-−]/.test(typed)) return "negative";
  if (amountOf(typed) !== null) return null;
  if (/^[\d,]+(\.\d{1,9})?$/.test(typed)) return "absurd";
  return /^[\d,]+\.\d{10,}$/.test(typed) ? "tooFine" : "notAmount";
}

/** Nanos of a typed amount, null while it is none. */
export function amountOf(text: string): bigint | null {
  try {
    return parseAmount(text);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The tokens of the example under the form. */
export const exampleUsage = { ...noUsage, input: 1_000, output: 500 };

/** What the example costs, in nanos, for a group's factor (millionths); null while the text is no price. */
export function exampleCost(text: PriceText, multiplierPpm: number): bigint | null {
  const inputNanos = amountOf(text.input);
  const outputNanos = amountOf(text.output);
  const requestNanos = text.request.trim() === "" ? 0n : amountOf(text.request);
  if (inputNanos === null || outputNanos === null || requestNanos === null) return null;
  const price: Price = {
    id: "",
    version: 0,
    inputNanos,
    outputNanos,
    requestNanos,
    cachedInputNanos: null,
    cacheWriteNanos: null,
    reasoningNanos: null,
    imageNanos: null,
    audioNanos: null,
    tiers: [],
  };
  return costOf(price, exampleUsage, multiplierPpm);
}

const dearPerMillion = 1_000n * 1_000_000_000n;
const leapFactor = 20n;

/** A price that may be a slip of the finger: one that is allowed, but worth a second look. A tier is held against the base prices. */
export function suspicion(
  text: PriceText,
  before: Price | null,
  tiers: readonly Pick<PriceText, "input" | "output">[] = [],
): "dear" | "leap" | null {
  const [input, output] = [amountOf(text.input), amountOf(text.output)];
  const pairs = [
    [input, before?.inputNanos],
    [output, before?.outputNanos],
    ...tiers.flatMap((tier) => [[amountOf(tier.input), input] as const, [amountOf(tier.output), output] as const]),
  ] as const;
  const leaps = pairs.some(([now, old]) => now !== null && old != null && old > 0n && now >= old * leapFactor);
  if (leaps) return "leap";
  return pairs.some(([now]) => now !== null && now > dearPerMillion) ? "dear" : null;
}
