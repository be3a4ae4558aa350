import type { FinishReason } from "../../canonical/canonical-reply.ts";

/** Withheld by a filter, of whatever kind. */
const filtered = new Set([
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "MODEL_ARMOR",
  "IMAGE_SAFETY",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_RECITATION",
]);

/**
 * Why a candidate ended (case 36, ai.google.dev/api/generate-content#FinishReason). A call of a function ends with STOP too. Calls that
 * the model wrote wrongly are withheld by Google: the answer is over without them.
 */
export function decodeFinish(reason: string, hasCalls: boolean): FinishReason {
  if (reason === "MAX_TOKENS") return "length";
  if (filtered.has(reason)) return "content-filter";
  return hasCalls ? "tool-calls" : "stop";
}

const words = {
  stop: "STOP",
  "tool-calls": "STOP",
  length: "MAX_TOKENS",
  "content-filter": "SAFETY",
} satisfies Record<FinishReason, string>;

export function encodeFinish(reason: FinishReason): string {
  return words[reason];
}
