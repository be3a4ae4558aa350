import { normaliseUsage, type TokenUsage, tokenCount } from "@lyceum/domain";
import type { z } from "zod";
import type { usageSchema } from "./wire.ts";

type WireUsage = z.infer<typeof usageSchema>;

/** By their numbers (google.ai.generativelanguage.Modality). */
const modalities = ["", "TEXT", "IMAGE", "VIDEO", "AUDIO", "DOCUMENT"];

/**
 * The tokens of `usageMetadata`, or null if it says nothing. Cached and media tokens are part of promptTokenCount, what the model's own tools
 * put into the prompt stands beside it; thoughts stand beside the candidates (ai.google.dev/api/generate-content#UsageMetadata).
 */
export function readUsage(raw: WireUsage | null | undefined): TokenUsage | null {
  if (raw === null || raw === undefined) return null;
  const prompt = tokenCount(raw.promptTokenCount);
  const toolUse = tokenCount(raw.toolUsePromptTokenCount);
  const thoughts = tokenCount(raw.thoughtsTokenCount);
  const rest = Math.max(0, tokenCount(raw.totalTokenCount) - prompt - toolUse - thoughts);
  const usage = normaliseUsage({
    input: prompt + toolUse,
    cachedInput: raw.cachedContentTokenCount,
    image: countOf(raw, "IMAGE"),
    audio: countOf(raw, "AUDIO"),
    output: (raw.candidatesTokenCount == null ? rest : tokenCount(raw.candidatesTokenCount)) + thoughts,
    reasoning: thoughts,
  });
  return usage.input === 0 && usage.output === 0 ? null : usage;
}

/** The same in Gemini's words. */
export function encodeUsage(usage: TokenUsage): Record<string, number> {
  const { input, output, reasoning, cachedInput } = usage;
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: input + output,
    ...(cachedInput > 0 && { cachedContentTokenCount: cachedInput }),
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
  };
}

function countOf({ promptTokensDetails }: WireUsage, modality: string): number {
  let count = 0;
  for (const each of promptTokensDetails ?? []) {
    const name = typeof each.modality === "number" ? modalities[each.modality] : each.modality;
    if (name === modality) count += tokenCount(each.tokenCount);
  }
  return count;
}
