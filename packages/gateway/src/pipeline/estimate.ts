import { dearestInput, dearestOutput, type Price, requestFee, tokenCost } from "@lyceum/domain";
import { IMAGE_TOKENS, mostTokens } from "@lyceum/domain/tokens";
import type { Call, PromptSize } from "../canonical/call.ts";

/** What templates put in front unasked: a default system prompt. */
const TEMPLATE_TOKENS = 24;
/** Enough for "I can't pay for more", the shortest answer worth its call. */
const MINIMUM_OUTPUT_TOKENS = 16;
/** Far above any balance, far below the end of a bigint column. */
const MOST_NANOS = 1_000_000_000_000_000_000n;
const TRILLION = 1_000_000_000_000n;

/** Input tokens by our estimate: charged where the upstream reports none. */
export function estimateInputTokens(size: PromptSize): number {
  return Math.ceil(size.textTokens) + size.images * IMAGE_TOKENS;
}

/**
 * Input tokens that are reserved: no natural text has more. Bare digits or base64 may; then the upstream's own figure is charged, from the
 * account as far as it reaches (design rule 1).
 */
export function reservedInputTokens(size: PromptSize): number {
  return Math.ceil(mostTokens(size.textTokens)) + TEMPLATE_TOKENS + size.images * IMAGE_TOKENS;
}

/** What admission asks the ledger for, in nanos, and the tokens behind it. */
export type Estimate = {
  /** As they are charged where nothing is reported; `inputNanos` reserves more. */
  readonly inputTokens: number;
  /** Of each choice. */
  readonly outputTokens: number;
  readonly inputNanos: bigint;
  readonly outputNanos: bigint;
  readonly minimumNanos: bigint;
  /** What `outputNanos` holds for a million output tokens, before the group's multiplier. */
  readonly outputPriceNanos: bigint;
};

/**
 * Input at its dearest class and the fee of a request; output at its dearest class, for every choice; both in the dearest tier that the
 * reserved input reaches (design rule 1).
 */
export function estimate(
  call: Pick<Call, "size" | "outputLimit" | "choices">,
  price: Price | null,
  multiplierPpm: number,
  limits: { readonly usualOutputTokens: number; readonly maxOutputTokens: number | null },
): Estimate {
  const inputTokens = estimateInputTokens(call.size);
  const wanted = call.outputLimit ?? limits.usualOutputTokens;
  const outputTokens = Math.min(wanted, limits.maxOutputTokens ?? wanted);
  if (price === null)
    return { inputTokens, outputTokens, inputNanos: 0n, outputNanos: 0n, minimumNanos: 0n, outputPriceNanos: 0n };
  const reserved = reservedInputTokens(call.size);
  const outputPriceNanos = dearestOutput(price, reserved);
  const output = (tokens: number) => capped(tokenCost(tokens * call.choices, outputPriceNanos, multiplierPpm));
  return {
    inputTokens,
    outputTokens,
    inputNanos: capped(
      tokenCost(reserved, dearestInput(price, reserved), multiplierPpm) + requestFee(price, multiplierPpm),
    ),
    outputNanos: output(outputTokens),
    minimumNanos: output(Math.min(outputTokens, MINIMUM_OUTPUT_TOKENS)),
    outputPriceNanos,
  };
}

/** Output tokens of each choice that so many nanos pay for; at least 1. */
export function affordableTokens(
  nanos: bigint,
  outputPriceNanos: bigint,
  multiplierPpm: number,
  choices: number,
): number {
  const perToken = outputPriceNanos * BigInt(multiplierPpm);
  if (perToken === 0n) return Number.MAX_SAFE_INTEGER;
  return Math.max(1, Math.floor(Number((nanos * TRILLION) / perToken) / choices));
}

function capped(nanos: bigint): bigint {
  return nanos < MOST_NANOS ? nanos : MOST_NANOS;
}
