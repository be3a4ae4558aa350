import type { TokenUsage } from "@lyceum/domain";
import type { AssistantPart } from "./canonical-request.ts";

/**
 * Why an answer ended. `stop`: of itself, or at a text of `stop`, which `stopSequence` then names. `length`: at a limit, or the context is
 * full. `content-filter`: refused or blocked. `tool-calls`: it waits for results.
 */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter";

export type CanonicalChoice = {
  readonly index: number;
  readonly parts: readonly AssistantPart[];
  readonly finish: FinishReason;
  readonly stopSequence: string | null;
  /** OpenAI's `logprobs.content`, as sent; null: none. */
  readonly logprobs: readonly unknown[] | null;
};

/** A complete answer in no protocol's words. */
export type CanonicalReply = {
  /** The upstream's; "" if it gave none. */
  readonly id: string;
  readonly choices: readonly CanonicalChoice[];
  /** As reported, made consistent; null: nothing, or only zeros. */
  readonly usage: TokenUsage | null;
  /** As the upstream sent it. */
  readonly rawUsage: unknown;
};
