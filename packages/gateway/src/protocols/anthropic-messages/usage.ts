import { normaliseUsage, type TokenUsage, tokenCount } from "@lyceum/domain";
import { isRecord } from "../../json/is-record.ts";

/**
 * The tokens of Anthropic's `usage`; null if it says nothing. What was read from the cache or written to it stands beside `input_tokens` and is
 * added (case 39).
 */
export function readUsage(raw: unknown): TokenUsage | null {
  if (!isRecord(raw)) return null;
  const cachedInput = tokenCount(raw.cache_read_input_tokens);
  const cacheWrite = tokenCount(raw.cache_creation_input_tokens);
  const details = isRecord(raw.output_tokens_details) ? raw.output_tokens_details : {};
  const usage = normaliseUsage({
    input: tokenCount(raw.input_tokens) + cachedInput + cacheWrite,
    cachedInput,
    cacheWrite,
    output: raw.output_tokens,
    reasoning: details.thinking_tokens,
  });
  return usage.input === 0 && usage.output === 0 ? null : usage;
}

/** The reverse. `inputTokens`: our estimate, where the upstream told nothing. */
export function encodeUsage(usage: TokenUsage | null, inputTokens: number): object {
  if (usage === null) return { input_tokens: inputTokens, output_tokens: 0 };
  const { input, cachedInput, cacheWrite, output, reasoning } = usage;
  return {
    input_tokens: input - cachedInput - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cachedInput,
    output_tokens: output,
    ...(reasoning > 0 && { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}
