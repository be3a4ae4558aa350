import type { TokenUsage } from "@lyceum/domain";
import type { PromptSize } from "../canonical/call.ts";
import type { Notes } from "../canonical/notes.ts";
import type { EncodedRequest, ErrorFace, Route } from "../canonical/protocol.ts";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import type { Target } from "../canonical/target.ts";

/** What is to become vectors, in no protocol's words. */
export type EmbeddingRequest = {
  readonly model: string;
  /** Texts, or the ids of their tokens. */
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions: number | null;
  /** Google's task type, as sent; null: none. */
  readonly taskType: string | null;
  readonly title: string | null;
  /** Wire paths of members without a counterpart. */
  readonly unmapped: readonly string[];
};

/** One vector for each input, in their order. */
export type EmbeddingReply = {
  readonly vectors: readonly (readonly number[])[];
  readonly usage: TokenUsage | null;
  readonly rawUsage: unknown;
};

export type DecodedEmbedding = {
  readonly model: string;
  readonly size: PromptSize;
  /** Throws AppError `invalid_request` with the field. */
  canonical(): EmbeddingRequest;
  /** The client's bytes for an upstream of the same protocol; null: they can't pass (several ways of asking for the same). */
  pass(target: Target): EncodedRequest | null;
  /** A complete answer in the shape that the client asked for. */
  encodeReply(reply: EmbeddingReply, inputTokens: number): Buffer;
};

/** How clients ask for vectors. */
export interface EmbeddingFace extends ErrorFace {
  readonly id: string;
  readonly wire: EmbeddingWire;
  decode(body: Buffer, route: Route): DecodedEmbedding;
}

/** How an upstream is asked for them. */
export interface EmbeddingWire {
  encodeRequest(request: EmbeddingRequest, target: Target, notes: Notes): EncodedRequest;
  /** Null: that is no answer of this kind. */
  decodeReply(value: unknown): EmbeddingReply | null;
  readComplaint(body: Buffer): UpstreamComplaint | null;
  /** Where a complete answer says the model's name; null: nowhere. */
  readonly modelPath: readonly string[] | null;
}
