import { anthropic } from "./anthropic.ts";
import { deepseek } from "./deepseek.ts";
import { gemini } from "./gemini.ts";
import { llamacpp } from "./llamacpp.ts";
import { minicpm } from "./minicpm.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openaiResponses } from "./openai-responses.ts";
import type { Provider } from "./provider.ts";
import { qwen } from "./qwen.ts";
import { vllm } from "./vllm.ts";

const all: readonly Provider[] = [
  openai,
  openaiResponses,
  anthropic,
  gemini,
  ollama,
  vllm,
  deepseek,
  qwen,
  minicpm,
  llamacpp,
];
// A channel's column `protocol` may name the vendor kind or its protocol, which the first of its vendors stands for.
const providers = new Map<string, Provider>([
  ...all.map((each) => [each.protocol, each] as const).toReversed(),
  ...all.map((each) => [each.id, each] as const),
]);

/** The provider behind a channel's `protocol`, or null where this version knows none. */
export function findProvider(name: string): Provider | null {
  return providers.get(name) ?? null;
}
