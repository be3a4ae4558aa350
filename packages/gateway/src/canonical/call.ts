import type { StreamListener, UpstreamComplaint, WholeReply } from "./reply.ts";
import type { Target } from "./target.ts";

/** What the gateway must know of a request to a model, whatever protocol it came in, and how it is put to an upstream. */
export type Call = {
  /** The name as the client wrote it. */
  readonly model: string;
  readonly isStream: boolean;
  /** Most output tokens of each choice, as the client limits them; null: no limit given. */
  readonly outputLimit: number | null;
  /** Answers wanted to the one prompt; for several prompts in one call, all of them together. */
  readonly choices: number;
  /** What the estimate of input tokens is made from. */
  readonly size: PromptSize;
  /** What a deployment must be able to do. */
  readonly needs: readonly Need[];
  /** A number that stays the same as a conversation grows, by how it began; null: there is no conversation. */
  readonly opening: (() => number) | null;
  /** Of a streamed answer. */
  readonly streamContentType: string;
  /**
   * Puts the call to one deployment. Throws AppError `invalid_request` with the field where its protocol has no way to say it; another
   * deployment may have one.
   */
  prepare(target: Target, occasion: Occasion): UpstreamCall | Promise<UpstreamCall>;
  /**
   * Keeps a complete answer, where the client wants that, while it is charged. Gives what the client gets in its place: the same bytes, or such
   * as say that it could not be kept. `answer`: the whole body, or the last frames of a stream. Never rejects.
   */
  keep?(answer: Buffer): Promise<Buffer>;
};

/** What not every deployment can do: see `DeploymentConfig.lacks`. */
export type Need = "vision" | "tools" | "stream" | "audio" | "embedding";

export type PromptSize = {
  /** Estimated tokens of all texts, tools and the marks of roles between them; not of images. */
  readonly textTokens: number;
  /** Images, documents and pieces of sound. */
  readonly images: number;
};

/** The same with what is known of a prompt beside its size. */
export type MeasuredPrompt = PromptSize & {
  readonly needs: readonly Need[];
  /** See `Call.opening`. */
  opening(): number;
};

/** What a translation knows and needs beside the call and its target. */
export type Occasion = {
  /** UUID. */
  readonly requestId: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** By our estimate. */
  readonly inputTokens: number;
  /** Fetches media that an upstream wants as bytes, guarded. `data` is base64. Throws AppError `invalid_request` naming the address. */
  readonly fetchMedia: (url: string) => Promise<{ readonly mediaType: string; readonly data: string }>;
};

/** One HTTP exchange with an upstream, and how its answer becomes the client's. */
export type UpstreamCall = {
  /** Below the channel's base URL, query included. */
  readonly path: string;
  /** Names and values in turn, beside the usual ones; without the credential. One constant list wherever possible. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly framing: Framing;
  /** Wire paths that the upstream doesn't get to see, for `x-gateway-dropped`. */
  readonly dropped: readonly string[];
  /** What was changed to fit, as `name=value`, for `x-gateway-clamped`. */
  readonly clamped: readonly string[];
  /** Reads a complete answer into the client's. Null: that is no answer. */
  readReply(body: Buffer): WholeReply | null;
  /** Reads an error body. Null: there is none in it. */
  readComplaint(body: Buffer): UpstreamComplaint | null;
  /** For a streamed answer; called once. */
  listen(): StreamListener;
};

/** How a stream is cut into frames: server-sent events, or lines of JSON. */
export type Framing = "sse" | "lines";
