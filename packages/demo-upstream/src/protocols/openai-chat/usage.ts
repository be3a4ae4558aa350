import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { countUsage, type Tally } from "../../scripts/usage-count.ts";

/** The `usage` object as JSON. Details appear only where the script has something to say in them. */
export function encodeUsage(call: DemoCall, answer: Answer, tally: Tally): string {
  const usage = countUsage(call, answer, tally);
  const details = answer.usage.cachedTokens ? [`"cached_tokens":${usage.cached}`] : [];
  if (answer.usage.shares) {
    details.push(`"cache_write_tokens":${usage.cacheWrite}`);
    details.push(`"image_tokens":${usage.image}`, `"audio_tokens":${usage.audio}`);
  }
  let json = `{"prompt_tokens":${usage.input},"completion_tokens":${usage.output},"total_tokens":${usage.input + usage.output}`;
  if (details.length > 0) json += `,"prompt_tokens_details":{${details.join(",")}}`;
  if (usage.reasoning > 0) json += `,"completion_tokens_details":{"reasoning_tokens":${usage.reasoning}}`;
  return `${json}}`;
}
