import { multiplyDivide } from "./money.ts";

/** Nanos per million tokens of each class; a class without a price of its own (null) costs what `classPrice` says. */
export type TokenPrices = {
  readonly inputNanos: bigint;
  readonly cachedInputNanos: bigint | null;
  readonly cacheWriteNanos: bigint | null;
  readonly outputNanos: bigint;
  readonly reasoningNanos: bigint | null;
  readonly imageNanos: bigint | null;
  readonly audioNanos: bigint | null;
};

/** Prices of a request whose input, all classes of it together, is longer than `aboveTokens`. */
export type PriceTier = TokenPrices & { readonly aboveTokens: number };

/** A version of a model's price, fixed at admission: nanos per million tokens of each class, and nanos per request. */
export type Price = TokenPrices & {
  readonly id: string;
  readonly version: number;
  readonly requestNanos: bigint;
  /** For long inputs, ascending by aboveTokens; see tierOf. */
  readonly tiers: readonly PriceTier[];
};

/**
 * Tokens by class. `input` includes cached, cacheWrite, image and audio; `output` includes reasoning.
 * Parts never exceed their total (normaliseUsage sees to it).
 */
export type TokenUsage = {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
  readonly image: number;
  readonly audio: number;
};

export const noUsage: TokenUsage = {
  input: 0,
  cachedInput: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  image: 0,
  audio: 0,
};

export type TokenClass = "input" | "cachedInput" | "cacheWrite" | "image" | "audio" | "output" | "reasoning";
export type PriceClass = TokenClass | "request";

/** What a token class costs where it has no price of its own; input and output always have one. */
export const fallbackClass = {
  cachedInput: "input",
  cacheWrite: "input",
  image: "input",
  audio: "input",
  reasoning: "output",
} as const satisfies Partial<Record<TokenClass, TokenClass>>;

/** One line of a receipt: tokens × nanos per million × multiplier = amount. For "request" tokens is 1 and the price per request. */
export type ChargeLine = {
  readonly class: PriceClass;
  readonly tokens: number;
  readonly priceNanos: bigint;
  readonly amountNanos: bigint;
};

const MILLION = 1_000_000n;
/** Tokens × nanos per million × millionths: what the product is divided by. */
const TRILLION = MILLION * MILLION;
const HALF_TRILLION = TRILLION / 2n;

/**
 * The tier that prices a request with so many input tokens: the highest one that its input exceeds; null: none, so the base prices.
 * *All* tokens of the request, output too, cost what that tier says. So vendors publish and bill their long-context prices:
 * Qwen by 0–128k, 128k–256k, 256k–1M (https://help.aliyun.com/en/document_detail/3023262.html), Gemini by "prompts > 200k tokens"
 * (https://ai.google.dev/gemini-api/docs/pricing).
 */
export function tierOf(price: Price, inputTokens: number): PriceTier | null {
  return price.tiers.findLast((tier) => inputTokens > tier.aboveTokens) ?? null;
}

/** The price of a class, after fallbacks within these prices: special inputs fall back to input, reasoning to output. */
export function classPrice(prices: TokenPrices, of: TokenClass): bigint {
  switch (of) {
    case "input":
      return prices.inputNanos;
    case "cachedInput":
      return prices.cachedInputNanos ?? prices.inputNanos;
    case "cacheWrite":
      return prices.cacheWriteNanos ?? prices.inputNanos;
    case "image":
      return prices.imageNanos ?? prices.inputNanos;
    case "audio":
      return prices.audioNanos ?? prices.inputNanos;
    case "output":
      return prices.outputNanos;
    case "reasoning":
      return prices.reasoningNanos ?? prices.outputNanos;
    default:
      return of satisfies never;
  }
}

/** Nothing is ever charged, whatever is asked and however long. */
export function isFree(price: Omit<Price, "id" | "version">): boolean {
  const nothing = (prices: TokenPrices) =>
    dearestOf(prices, inputClasses) === 0n && dearestOf(prices, outputClasses) === 0n;
  return price.requestNanos === 0n && nothing(price) && price.tiers.every(nothing);
}

/**
 * The lines of a charge; their sum is the cost (design rule 10: each class rounds half up once, the charge is the sum of its lines).
 * multiplierPpm is the group's factor in millionths. Lines without tokens are left out; a request without a price has none.
 */
export function chargeLines(price: Price | null, usage: TokenUsage, multiplierPpm: number): ChargeLine[] {
  if (price === null) return [];
  const plainInput = usage.input - usage.cachedInput - usage.cacheWrite - usage.image - usage.audio;
  const prices = tierOf(price, usage.input) ?? price;
  const counts: [TokenClass, number][] = [
    ["input", Math.max(0, plainInput)],
    ["cachedInput", usage.cachedInput],
    ["cacheWrite", usage.cacheWrite],
    ["image", usage.image],
    ["audio", usage.audio],
    ["reasoning", usage.reasoning],
    ["output", Math.max(0, usage.output - usage.reasoning)],
  ];
  const lines: ChargeLine[] = [];
  for (const [of, tokens] of counts) {
    if (tokens === 0) continue;
    const priceNanos = classPrice(prices, of);
    lines.push({ class: of, tokens, priceNanos, amountNanos: tokenCost(tokens, priceNanos, multiplierPpm) });
  }
  if (price.requestNanos > 0n) {
    const amountNanos = requestFee(price, multiplierPpm);
    lines.push({ class: "request", tokens: 1, priceNanos: price.requestNanos, amountNanos });
  }
  return lines;
}

/** What a request costs, in nanos: the sum of its lines, added up without making them, as every request asks for it twice. */
export function costOf(price: Price | null, usage: TokenUsage, multiplierPpm: number): bigint {
  if (price === null) return 0n;
  const prices = tierOf(price, usage.input) ?? price;
  const { cachedInput, cacheWrite, image, audio, reasoning } = usage;
  const plainInput = usage.input - cachedInput - cacheWrite - image - audio;
  const plainOutput = usage.output - reasoning;
  let cost = requestFee(price, multiplierPpm);
  if (plainInput > 0) cost += tokenCost(plainInput, prices.inputNanos, multiplierPpm);
  if (cachedInput !== 0) cost += tokenCost(cachedInput, classPrice(prices, "cachedInput"), multiplierPpm);
  if (cacheWrite !== 0) cost += tokenCost(cacheWrite, classPrice(prices, "cacheWrite"), multiplierPpm);
  if (image !== 0) cost += tokenCost(image, classPrice(prices, "image"), multiplierPpm);
  if (audio !== 0) cost += tokenCost(audio, classPrice(prices, "audio"), multiplierPpm);
  if (reasoning !== 0) cost += tokenCost(reasoning, classPrice(prices, "reasoning"), multiplierPpm);
  if (plainOutput > 0) cost += tokenCost(plainOutput, prices.outputNanos, multiplierPpm);
  return cost;
}

/** tokens × nanos per million × multiplier, rounded half up once. */
export function tokenCost(tokens: number, nanosPerMillion: bigint, multiplierPpm: number): bigint {
  return (BigInt(tokens) * nanosPerMillion * BigInt(multiplierPpm) + HALF_TRILLION) / TRILLION;
}

/** The price of a request as such, with the group's multiplier. */
export function requestFee({ requestNanos }: Price, multiplierPpm: number): bigint {
  return requestNanos === 0n ? 0n : multiplyDivide(requestNanos, BigInt(multiplierPpm), MILLION);
}

const inputClasses = ["input", "cachedInput", "cacheWrite", "image", "audio"] as const satisfies TokenClass[];
const outputClasses = ["output", "reasoning"] as const satisfies TokenClass[];

function dearestOf(prices: TokenPrices, classes: readonly TokenClass[]): bigint {
  let most = 0n;
  for (const of of classes) {
    const each = classPrice(prices, of);
    if (each > most) most = each;
  }
  return most;
}

/**
 * The dearest prices over every tier that a request of at most so many input tokens can end in, as the true number may be lower and a
 * lower tier needn't be the cheaper one. Tiers beyond its reach don't count: a short question isn't held at the price of a long book.
 */
function dearest(price: Price, mostInputTokens: number, classes: readonly TokenClass[]): bigint {
  let most = dearestOf(price, classes);
  for (const tier of price.tiers) {
    if (mostInputTokens <= tier.aboveTokens) break;
    const each = dearestOf(tier, classes);
    if (each > most) most = each;
  }
  return most;
}

/** The dearest price of an input token: what admission reserves before classes and tier are known (design rule 1). */
export function dearestInput(price: Price, mostInputTokens: number): bigint {
  return dearest(price, mostInputTokens, inputClasses);
}

/** The dearest price of an output token, likewise: the length of the input decides about it too. */
export function dearestOutput(price: Price, mostInputTokens: number): bigint {
  return dearest(price, mostInputTokens, outputClasses);
}

/** A count as an upstream sends it, some of them as text; 0 for what is none. */
export function tokenCount(value: unknown): number {
  const count = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof count === "number" && Number.isFinite(count) && count > 0 ? count : 0;
}

/**
 * What an upstream reported, made consistent: whole, never negative, parts never more than their total, so that nothing is
 * counted twice or charged below zero (design rule 6). Anything that is no finite number counts as 0.
 */
export function normaliseUsage(raw: Partial<Record<keyof TokenUsage, unknown>>): TokenUsage {
  const count = (value: unknown) => Math.min(Math.round(tokenCount(value)), 2_000_000_000);
  const input = count(raw.input);
  const output = count(raw.output);
  let left = input;
  const part = (value: unknown) => {
    const taken = Math.min(count(value), left);
    left -= taken;
    return taken;
  };
  const cachedInput = part(raw.cachedInput);
  const cacheWrite = part(raw.cacheWrite);
  const image = part(raw.image);
  const audio = part(raw.audio);
  return { input, cachedInput, cacheWrite, image, audio, output, reasoning: Math.min(count(raw.reasoning), output) };
}
