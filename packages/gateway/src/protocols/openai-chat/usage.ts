import { normaliseUsage, type TokenUsage } from "@lyceum/domain";
import { isRecord } from "../../json/is-record.ts";

/**
 * The tokens of an OpenAI `usage` object, or null if it says nothing (missing, or zeros throughout). Cached, image and audio tokens are
 * part of prompt_tokens, reasoning ones part of completion_tokens. DeepSeek names its cache hits beside the total.
 */
export function readUsage(raw: unknown): TokenUsage | null {
  if (!isRecord(raw)) return null;
  const input = isRecord(raw.prompt_tokens_details) ? raw.prompt_tokens_details : {};
  const output = isRecord(raw.completion_tokens_details) ? raw.completion_tokens_details : {};
  const usage = normaliseUsage({
    input: raw.prompt_tokens,
    cachedInput: input.cached_tokens ?? raw.prompt_cache_hit_tokens,
    cacheWrite: input.cache_write_tokens,
    image: input.image_tokens,
    audio: input.audio_tokens,
    output: raw.completion_tokens,
    reasoning: output.reasoning_tokens,
  });
  return usage.input === 0 && usage.output === 0 ? null : usage;
}

/** The same in OpenAI's words. Cache writes are no word of OpenAI's; the name is the one other gateways use. */
export function encodeUsage(usage: TokenUsage): object {
  const { input, output, cachedInput, cacheWrite, audio, reasoning } = usage;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: cachedInput,
      ...(cacheWrite > 0 && { cache_write_tokens: cacheWrite }),
      ...(audio > 0 && { audio_tokens: audio }),
    },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}
