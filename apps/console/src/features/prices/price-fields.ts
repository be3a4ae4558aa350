import { AppError, costOf, formatAmount, noUsage, type Price, type PriceClass, parseAmount } from "@lyceum/domain";

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

/** What a class costs where it is left empty; input and output must be given. */
export const fallbacks = {
  cachedInput: "input",
  cacheWrite: "input",
  image: "input",
  audio: "input",
  reasoning: "output",
} as const satisfies Partial<Record<PriceClass, PriceClass>>;

/** A price as typed: decimal text in the site's currency, per million tokens; `request` per request. "" falls back. */
export type PriceText = Record<PriceClass, string>;

export function priceText(price: Price | null): PriceText {
  const text = (nanos: bigint | null | undefined) => (nanos === null || nanos === undefined ? "" : formatAmount(nanos));
  return {
    input: text(price?.inputNanos),
    output: text(price?.outputNanos),
    cachedInput: text(price?.cachedInputNanos),
    reasoning: text(price?.reasoningNanos),
    cacheWrite: text(price?.cacheWriteNanos),
    image: text(price?.imageNanos),
    audio: text(price?.audioNanos),
    // Per request nothing is the rule; an empty field says so better than a 0.
    request: price === null || price.requestNanos === 0n ? "" : formatAmount(price.requestNanos),
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

/** A price that may be a slip of the finger: one that is allowed, but worth a second look. */
export function suspicion(text: PriceText, before: Price | null): "dear" | "leap" | null {
  const pairs = [
    [amountOf(text.input), before?.inputNanos],
    [amountOf(text.output), before?.outputNanos],
  ] as const;
  const leaps = pairs.some(([now, old]) => now !== null && old !== undefined && old > 0n && now >= old * leapFactor);
  if (leaps) return "leap";
  return pairs.some(([now]) => now !== null && now > dearPerMillion) ? "dear" : null;
}
