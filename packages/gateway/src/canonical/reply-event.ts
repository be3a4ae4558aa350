import type { TokenUsage } from "@lyceum/domain";
import type { FinishReason } from "./canonical-reply.ts";
import type { Citation, MediaPart } from "./canonical-request.ts";
import type { UpstreamComplaint } from "./reply.ts";
import type { Signature } from "./signature.ts";

/**
 * One thing that happens in a streamed answer. `choice` counts answers, `block` the parts of one answer: each block starts once, before its
 * deltas, and ends once. Blocks of one choice may overlap (calls whose arguments come in turns); text and reasoning never do.
 * `start` comes first, once; `usage` may come at any time and again (the last one holds, whole); one `finish` for each choice; `error` is the last.
 */
export type ReplyEvent =
  | { readonly type: "start"; readonly id: string }
  | { readonly type: "text-start"; readonly choice: number; readonly block: number }
  | {
      readonly type: "text-delta";
      readonly choice: number;
      readonly block: number;
      readonly text: string;
      readonly logprobs?: readonly unknown[];
    }
  | { readonly type: "citation"; readonly choice: number; readonly block: number; readonly citation: Citation }
  | { readonly type: "text-end"; readonly choice: number; readonly block: number }
  | { readonly type: "reasoning-start"; readonly choice: number; readonly block: number; readonly isRedacted?: boolean }
  | { readonly type: "reasoning-delta"; readonly choice: number; readonly block: number; readonly text: string }
  /** `signature`: of the whole thought; null: it has none. */
  | {
      readonly type: "reasoning-end";
      readonly choice: number;
      readonly block: number;
      readonly signature: Signature | null;
    }
  | {
      readonly type: "tool-input-start";
      readonly choice: number;
      readonly block: number;
      readonly id: string;
      readonly name: string;
      readonly isCustom?: boolean;
      readonly signature?: Signature | null;
    }
  /** A piece of the JSON text of the arguments (of the free text, where `isCustom`). */
  | { readonly type: "tool-input-delta"; readonly choice: number; readonly block: number; readonly text: string }
  | { readonly type: "tool-input-end"; readonly choice: number; readonly block: number }
  /** A whole image or piece of sound that the model made. */
  | { readonly type: "media"; readonly choice: number; readonly block: number; readonly part: MediaPart }
  | { readonly type: "refusal-delta"; readonly choice: number; readonly text: string }
  | {
      readonly type: "finish";
      readonly choice: number;
      readonly reason: FinishReason;
      readonly stopSequence: string | null;
    }
  | { readonly type: "usage"; readonly usage: TokenUsage | null; readonly rawUsage: unknown }
  | { readonly type: "error"; readonly complaint: UpstreamComplaint };

export type Emit = (event: ReplyEvent) => void;
