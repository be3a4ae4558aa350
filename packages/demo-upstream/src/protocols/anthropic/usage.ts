import type { Answer } from "../../scripts/plan.ts";
import type { UsageCount } from "../../scripts/usage-count.ts";

/** `usage` as JSON. Anthropic's input excludes what was read from a cache or written to one. */
export function encodeUsage(usage: UsageCount, { usage: script }: Answer): string {
  const fresh = Math.max(usage.input - usage.cached - usage.cacheWrite, 0);
  const hour = Math.floor(usage.cacheWrite / 2);
  const fields: Record<string, unknown> = {
    input_tokens: fresh,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
    output_tokens: usage.output,
  };
  if (script.shares) {
    fields.cache_creation = {
      ephemeral_5m_input_tokens: usage.cacheWrite - hour,
      ephemeral_1h_input_tokens: hour,
    };
  }
  if (usage.reasoning > 0) fields.output_tokens_details = { thinking_tokens: usage.reasoning };
  return JSON.stringify(fields);
}
