import type { AppError, TokenUsage } from "@lyceum/domain";

/** What metering needs to know of an answer, whole or so far. */
export type ReplyFacts = {
  /** As the upstream reported it, made consistent; null: it reported none, or only zeros. */
  readonly usage: TokenUsage | null;
  /** As the upstream sent it. */
  readonly rawUsage: unknown;
  /** Output tokens by what was seen of the answer: an estimate of the true number, for the case that nothing is reported. */
  readonly estimatedOutputTokens: number;
  /** The same, but never too high. */
  readonly seenOutputTokens: number;
  /** More output came after the upstream's last figure, which evidently counted only what there was then. */
  readonly isUsageBehind: boolean;
  /** Something that the client can use was answered. */
  readonly hasOutput: boolean;
};

/** A complete answer, understood: the bytes for the client and what they say. */
export type WholeReply = { readonly body: Buffer; readonly facts: ReplyFacts };

/**
 * What is to be done with a frame of a stream. `pass` goes to the client; `withhold` doesn't; `tail` goes once the charge is durable;
 * `end` is the last frame of a clean stream, and goes then too; `error`: the upstream failed, see `StreamListener.error`.
 */
export type FrameVerdict = "pass" | "withhold" | "tail" | "end" | "error";

/** Listens to one stream of an upstream, and says what the client gets of it. */
export interface StreamListener {
  /** Judges one whole frame: the bytes of its data, without framing. */
  judge(buffer: Buffer, dataStart: number, dataEnd: number): FrameVerdict;
  /** What goes to the client in place of the frame last judged; null: the frame itself, with `rename` done. */
  readonly replacement: Buffer | null;
  /** Where the public name must be written over the upstream's in the frame last judged; null: nowhere. */
  readonly rename: { readonly start: number; readonly end: number; readonly text: string } | null;
  /** Frames without data (comments that keep a connection alive) go to the client too. */
  readonly passesComments: boolean;
  /** The upstream's own words on its failure; only for the log and the scrubber. */
  readonly error: UpstreamComplaint | null;
  /** Some output has been seen. */
  readonly hasOutput: boolean;
  /** Output tokens by what was seen so far, never too high. */
  readonly seenOutputTokens: number;
  /** Every choice has its finish reason. */
  readonly isFinished: boolean;
  facts(): ReplyFacts;
  /** What a clean end still lacks after the upstream has closed without a last word of its own. */
  encodeEnd(): Buffer;
  /** All frames that end the stream here for want of room, with finish reason `length`; the usage too where the client wants it. */
  encodeLengthEnd(inputTokens: number): Buffer;
  /** The frames that tell the client of a failure in the middle of its stream. */
  encodeError(error: AppError, requestId: string): Buffer;
}

/** What an upstream says when it refuses or fails. */
export type UpstreamComplaint = { readonly message: string; readonly code: string };
