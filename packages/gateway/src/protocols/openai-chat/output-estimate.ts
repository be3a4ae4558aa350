import { estimateTokens } from "@lyceum/domain/tokens";

/** Output tokens of an answer whose upstream reported none, by its texts and tool arguments. */
export function estimateOutputTokens(choices: unknown): number {
  const texts: string[] = [];
  collect(choices, texts);
  if (texts.every((text) => text === "")) return 0;
  // The estimate reads the text of a JSON string.
  const json = Buffer.from(JSON.stringify(texts.join("\n")));
  return Math.max(1, estimateTokens(json, [1, json.length - 1]));
}

/** All texts that a model wrote in these choices. */
function collect(value: unknown, texts: string[]): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== "string") collect(each, texts);
    else if (written.has(key)) texts.push(each);
  }
}

const written = new Set(["content", "reasoning_content", "reasoning", "refusal", "arguments", "name", "text"]);
