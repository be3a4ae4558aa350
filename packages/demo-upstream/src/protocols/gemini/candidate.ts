import { argumentsObject, type Block } from "../../scripts/blocks.ts";
import type { Logprob } from "../../scripts/logprobs.ts";
import type { Answer, Citation, DemoCall, Finish } from "../../scripts/plan.ts";
import type { UsageCount } from "../../scripts/usage-count.ts";
import type { Stamp } from "../protocol.ts";
import { sign } from "../signatures.ts";

/** `finishReason`. */
const finishReasons = {
  stop: "STOP",
  length: "MAX_TOKENS",
  tool_calls: "STOP",
  content_filter: "SAFETY",
  "stop-sequence": "STOP",
  pause: "STOP",
  context: "MAX_TOKENS",
  recitation: "RECITATION",
  blocklist: "BLOCKLIST",
  spii: "SPII",
  prohibited: "PROHIBITED_CONTENT",
  "malformed-call": "MALFORMED_FUNCTION_CALL",
} satisfies Record<Finish, string>;

/** The end of a candidate. One that refused says so by its reason, as there is no other word for it. */
export function endFields(finish: Finish, refused: boolean) {
  const finishReason = refused && finish === "stop" ? "PROHIBITED_CONTENT" : finishReasons[finish];
  if (finishReason !== "SAFETY") return { finishReason };
  return {
    finishReason,
    safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true }],
  };
}

/** The signature that closes an answer which thought; it goes with a text part. */
export function thoughtSignature(): string {
  return sign("gemini-thought", "thought");
}

/** A whole block as a part; undefined for what Google has no word for. Of parallel calls only the first is signed. */
export function encodePart(block: Block) {
  switch (block.kind) {
    case "text":
    case "refusal":
      return { text: block.text };
    case "reasoning":
      return { text: block.text, thought: true };
    case "redacted":
      return undefined;
    case "tool": {
      const functionCall = { name: block.name, args: argumentsObject(block.argumentsText), id: block.id };
      return block.call === 0 ? { functionCall, thoughtSignature: sign("gemini-call", block.name) } : { functionCall };
    }
  }
}

/** Where the text came from. `end` is the position behind it, in bytes as Google counts. */
export function encodeGrounding(citations: readonly Citation[], text: string) {
  const endIndex = Buffer.byteLength(text);
  return {
    groundingChunks: citations.map(({ url, title }) => ({ web: { uri: url, title } })),
    groundingSupports: citations.map((_citation, index) => ({
      segment: { startIndex: 0, endIndex, text },
      groundingChunkIndices: [index],
    })),
  };
}

/** Probabilities of a candidate's tokens, or of those of a chunk. */
export function encodeLogprobs(list: readonly Logprob[]) {
  const encode = ({ token, logprob }: { token: string; logprob: number }) => ({ token, logProbability: logprob });
  return {
    chosenCandidates: list.map(encode),
    topCandidates: list.map(({ top }) => ({ candidates: top.map(encode) })),
  };
}

/** `usageMetadata`; thoughts are counted beside the candidates. */
export function encodeUsage(usage: UsageCount, { usage: script }: Answer) {
  const { input, output, reasoning, cached, image, audio } = usage;
  const promptTokensDetails = [{ modality: "TEXT", tokenCount: input - image - audio }];
  if (script.shares) {
    promptTokensDetails.push({ modality: "IMAGE", tokenCount: image }, { modality: "AUDIO", tokenCount: audio });
  }
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: input + output,
    promptTokensDetails,
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
  };
}

/** What stands at the end of every answer and every chunk of one. */
export function identity(call: DemoCall, { ordinal }: Stamp, suffix = "") {
  return { modelVersion: call.model, responseId: `demo-${ordinal}${suffix}` };
}

/** In the place of candidates where the prompt itself was refused. */
export const blockedPrompt = { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } };
