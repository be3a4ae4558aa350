import type { FinishReason } from "../../canonical/canonical-reply.ts";

/** What servers of this protocol are known to say beside OpenAI's own words. */
const reasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  abort: "length",
  insufficient_system_resource: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  tool_use: "tool-calls",
  content_filter: "content-filter",
  sensitive: "content-filter",
  safety: "content-filter",
  refusal: "content-filter",
};

/** What OpenRouter and others say where an answer broke off, with an error beside it or without: that is no end. */
export const BROKEN = "error";
export const brokenOff = { message: "the answer broke off: finish_reason error", code: "" } as const;

/** Many servers say `stop` where calls wait for their results, and some the other way round (case 36). */
export function decodeFinish(word: string, hasCalls: boolean): FinishReason {
  const reason = reasons[word.toLowerCase()] ?? "stop";
  if (reason === "stop" && hasCalls) return "tool-calls";
  return reason === "tool-calls" && !hasCalls ? "stop" : reason;
}

const words = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
} as const satisfies Record<FinishReason, string>;

/** `usesFunctions`: the client knows only the older word for calls. */
export function encodeFinish(reason: FinishReason, usesFunctions: boolean): string {
  return usesFunctions && reason === "tool-calls" ? "function_call" : words[reason];
}
