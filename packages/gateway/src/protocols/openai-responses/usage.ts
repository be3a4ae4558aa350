import { normaliseUsage, type TokenUsage } from "@lyceum/domain";
import { isRecord } from "../../json/is-record.ts";

/** The tokens of a `usage` object, or null if it says nothing (missing, or zeros throughout). Cached input is part of input, reasoning of output. */
export function readUsage(raw: unknown): TokenUsage | null {
  if (!isRecord(raw)) return null;
  const input = isRecord(raw.input_tokens_details) ? raw.input_tokens_details : {};
  const output = isRecord(raw.output_tokens_details) ? raw.output_tokens_details : {};
  const usage = normaliseUsage({
    input: raw.input_tokens,
    cachedInput: input.cached_tokens,
    cacheWrite: input.cache_write_tokens,
    image: input.image_tokens,
    audio: input.audio_tokens,
    output: raw.output_tokens,
    reasoning: output.reasoning_tokens,
  });
  return usage.input === 0 && usage.output === 0 ? null : usage;
}

/** The same as clients read it. */
export function encodeUsage(usage: TokenUsage | null): object | null {
  if (usage === null) return null;
  const { input, cachedInput, cacheWrite, output, reasoning } = usage;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cachedInput, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
