import { multiplyDivide } from "./money.ts";

/** Nanos per million tokens of each class, and nanos per request. A version of a model's price, fixed at admission. */
export type Price = {
  readonly id: string;
  readonly version: number;
  readonly inputNanos: bigint;
  readonly cachedInputNanos: bigint | null;
  readonly cacheWriteNanos: bigint | null;
  readonly outputNanos: bigint;
  readonly reasoningNanos: bigint | null;
  readonly imageNanos: bigint | null;
  readonly audioNanos: bigint | null;
  readonly requestNanos: bigint;
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

export type PriceClass =
  | "input"
  | "cachedInput"
  | "cacheWrite"
  | "image"
  | "audio"
  | "output"
  | "reasoning"
  | "request";

/** One line of a receipt: tokens × nanos per million × multiplier = amount. For "request" tokens is 1 and the price per request. */
export type ChargeLine = {
  readonly class: PriceClass;
  readonly tokens: number;
  readonly priceNanos: bigint;
  readonly amountNanos: bigint;
};

const MILLION = 1_000_000n;

/** The price of a class, after fallbacks: special inputs fall back to input, reasoning to output. */
export function classPrice(price: Price, of: PriceClass): bigint {
  switch (of) {
    case "input":
      return price.inputNanos;
    case "cachedInput":
      return price.cachedInputNanos ?? price.inputNanos;
    case "cacheWrite":
      return price.cacheWriteNanos ?? price.inputNanos;
    case "image":
      return price.imageNanos ?? price.inputNanos;
    case "audio":
      return price.audioNanos ?? price.inputNanos;
    case "output":
      return price.outputNanos;
    case "reasoning":
      return price.reasoningNanos ?? price.outputNanos;
    case "request":
      return price.requestNanos;
    default:
      return of satisfies never;
  }
}

/**
 * The lines of a charge; their sum is the cost (design rule 10: each class rounds half up once, the charge is the sum of its lines).
 * multiplierPpm is the group's factor in millionths. Lines without tokens are left out; a request without a price has none.
 */
export function chargeLines(price: Price | null, usage: TokenUsage, multiplierPpm: number): ChargeLine[] {
  if (price === null) return [];
  const plainInput = usage.input - usage.cachedInput - usage.cacheWrite - usage.image - usage.audio;
  const counts: [PriceClass, number][] = [
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
    const priceNanos = classPrice(price, of);
    lines.push({ class: of, tokens, priceNanos, amountNanos: tokenCost(tokens, priceNanos, multiplierPpm) });
  }
  if (price.requestNanos > 0n) {
    const amountNanos = multiplyDivide(price.requestNanos, BigInt(multiplierPpm), MILLION);
    lines.push({ class: "request", tokens: 1, priceNanos: price.requestNanos, amountNanos });
  }
  return lines;
}

/** What a request costs: the sum of its lines, in nanos. */
export function costOf(price: Price | null, usage: TokenUsage, multiplierPpm: number): bigint {
  return chargeLines(price, usage, multiplierPpm).reduce((sum, line) => sum + line.amountNanos, 0n);
}

/** tokens × nanos per million × multiplier, rounded half up once. */
export function tokenCost(tokens: number, nanosPerMillion: bigint, multiplierPpm: number): bigint {
  return multiplyDivide(BigInt(tokens), nanosPerMillion * BigInt(multiplierPpm), MILLION * MILLION);
}

/** The dearest price an input token can have: what admission reserves before the classes are known (rule 1). */
export function dearestInput(price: Price): bigint {
  const candidates = [
    price.inputNanos,
    price.cachedInputNanos,
    price.cacheWriteNanos,
    price.imageNanos,
    price.audioNanos,
  ];
  return candidates.reduce<bigint>((most, each) => (each !== null && each > most ? each : most), 0n);
}

/** The dearest price an output token can have. */
export function dearestOutput(price: Price): bigint {
  const reasoning = price.reasoningNanos ?? 0n;
  return reasoning > price.outputNanos ? reasoning : price.outputNanos;
}

/**
 * What an upstream reported, made consistent: whole, never negative, parts never more than their total, so that nothing is
 * counted twice or charged below zero (design rule 6). Anything that is no finite number counts as 0.
 */
export function normaliseUsage(raw: Partial<Record<keyof TokenUsage, unknown>>): TokenUsage {
  const count = (value: unknown) =>
    typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), 2_000_000_000) : 0;
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
