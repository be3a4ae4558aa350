import { blocksOf, reach } from "../../scripts/blocks.ts";
import { type Logprob, textLogprobs } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { countUsage, wholeTally } from "../../scripts/usage-count.ts";
import type { Stamp } from "../protocol.ts";
import {
  blockedPrompt,
  encodeGrounding,
  encodeLogprobs,
  encodePart,
  encodeUsage,
  endFields,
  identity,
  thoughtSignature,
} from "./candidate.ts";

/** The body of an answer that is not streamed. */
export function encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string {
  const usage = encodeUsage(countUsage(call, answer, wholeTally(call, answer)), answer);
  const body = {
    ...(answer.quirks.blocksPrompt ? blockedPrompt : { candidates: encodeCandidates(call, answer) }),
    ...(answer.usage.report !== "never" && { usageMetadata: usage }),
    ...identity(call, stamp),
  };
  return JSON.stringify(body, null, 2);
}

function encodeCandidates(call: DemoCall, answer: Answer) {
  const blocks = blocksOf(call, answer);
  const parts: object[] = blocks.flatMap((block) => encodePart(block) ?? []);
  const last = blocks.at(-1);
  // Google signs the text that follows its thoughts.
  if (blocks.some(({ kind }) => kind === "reasoning") && last?.kind === "text") {
    parts.push({ ...parts.pop(), thoughtSignature: thoughtSignature() });
  }
  const texts = blocks.flatMap((block) => (block.kind === "text" ? [block] : []));
  const citations = texts.flatMap((block) => block.citations);
  const logprobs = textLogprobs(call, answer);
  const candidate = {
    ...(parts.length > 0 && { content: { parts, role: "model" } }),
    ...endFields(
      reach(call, answer).finish,
      blocks.some(({ kind }) => kind === "refusal"),
    ),
    ...(logprobs && { logprobsResult: encodeLogprobs(logprobs), avgLogprobs: average(logprobs) }),
    ...(citations.length > 0 && {
      groundingMetadata: encodeGrounding(citations, texts.map(({ text }) => text).join("")),
    }),
  };
  return Array.from({ length: call.choices }, (_, index) => ({ ...candidate, index }));
}

function average(list: readonly Logprob[]): number {
  return list.reduce((sum, { logprob }) => sum + logprob, 0) / Math.max(list.length, 1);
}
