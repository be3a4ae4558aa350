import type { AppError, ParameterName } from "@lyceum/domain";
import type { Call, Framing, MeasuredPrompt, PromptSize } from "./call.ts";
import type { CanonicalReply } from "./canonical-reply.ts";
import type { CanonicalRequest } from "./canonical-request.ts";
import type { Notes } from "./notes.ts";
import type { StreamListener, UpstreamComplaint, WholeReply } from "./reply.ts";
import type { Emit, ReplyEvent } from "./reply-event.ts";
import type { ProtocolId } from "./signature.ts";
import type { Target } from "./target.ts";
import type { Waiting } from "./waiting.ts";

type Rate = { readonly limit: number; readonly left: number };

/** The tightest limits a minute that apply to a request, and what they leave after it; null: there is none. */
export type Rates = { readonly requests: Rate | null; readonly tokens: Rate | null };

/** The two names of the model that answers. */
export type ModelNames = { readonly requested: string; readonly upstream: string };

/** What of a request stands outside its body. */
export type Route = {
  /** What the endpoint's pattern captured of the path: a model's name, a response's id. */
  readonly captures: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** How errors and limits are told to a client: each protocol has its own shape. */
export interface ErrorFace {
  /** Where the libraries of this protocol look for a request's id, if elsewhere than in `x-request-id`. */
  readonly requestIdHeader?: string;
  encodeError(error: AppError, requestId: string): Buffer;
  /** The headers that tell clients of this protocol what their limits a minute leave. */
  encodeRates(rates: Rates): Readonly<Record<string, string>>;
}

/** One endpoint that models are called at, as clients speak to it. `id` goes into usage records. */
export interface Face extends ErrorFace {
  readonly id: string;
  /** Reads a client's body. Throws AppError `invalid_json` or `invalid_request`. */
  decodeCall(body: Buffer, route: Route): Call;
  /** Absent where nothing is streamed. */
  readonly waiting?: Waiting;
}

/** A request understood as far as every route needs; what only one of them needs is made when it is asked for. */
export type DecodedCall = {
  readonly model: string;
  readonly isStream: boolean;
  readonly outputLimit: number | null;
  readonly choices: number;
  readonly size: MeasuredPrompt;
  readonly streamContentType: string;
  /** The client wants the usage at the end of its stream; protocols that always tell it say true. */
  readonly wantsStreamUsage: boolean;
  /** The whole request, for an upstream of another protocol. Throws AppError `invalid_request` with the field. */
  canonical(): CanonicalRequest;
  /**
   * The same request for an upstream of the same protocol: the client's bytes with only the changes that `target` asks for. Whatever else
   * the client sent stays as it was written.
   */
  pass(target: Target): EncodedRequest;
  /** What the protocol's answers repeat of the request; left out where they repeat nothing. */
  readonly echo?: () => Readonly<Record<string, unknown>>;
};

export type EncodedRequest = {
  /** Below the base URL, query included. */
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Wire paths that the upstream doesn't get to see, where the same protocol has to leave something out. */
  readonly dropped?: readonly string[];
};

/** A question how many tokens a prompt has, as a client asks it. */
export type DecodedCount = {
  readonly model: string;
  readonly size: PromptSize;
  /** The prompt, for an upstream of another protocol. Throws AppError `invalid_request` with the field. */
  canonical(): CanonicalRequest;
  /** The same question for an upstream of the same protocol. */
  pass(target: Target): EncodedRequest;
};

/** How a protocol counts the tokens of a prompt before it is sent: no model runs, and it costs nothing. */
export interface Counting {
  // As clients ask us.
  decodeQuestion(body: Buffer, route: Route): DecodedCount;
  encodeAnswer(inputTokens: number): Buffer;

  // As we ask channels.
  /** Throws AppError `invalid_request` as `Protocol.encodeRequest` does. */
  encodeQuestion(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest;
  /** Input tokens; null: that is no count. */
  decodeAnswer(value: unknown): number | null;
}

/** What the encoders of an answer know beside it. */
export type ReplyContext = {
  /** The public name. */
  readonly model: string;
  /** Of the request: the answer's id where the upstream gives none that will do. UUID. */
  readonly requestId: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly wantsStreamUsage: boolean;
  readonly choices: number;
  /** Our estimate, for protocols that tell it before the upstream has. */
  readonly inputTokens: number;
  /** What was asked: some protocols repeat parts of it in their answers, or spell tool calls as the request did. */
  request(): CanonicalRequest;
  /** See `DecodedCall.echo`. */
  readonly echo?: () => Readonly<Record<string, unknown>>;
};

/**
 * Writes a streamed answer. The end is held back: `finish` and `usage` events are only remembered, `end` writes all that stands behind the
 * last content (finish reasons, usage, the last word), because that leaves only once the charge is durable.
 */
export interface StreamEncoder {
  /** Frames for the client, complete; "" for none. */
  encode(event: ReplyEvent): string;
  /** Takes note of an event that the client has got otherwise. Absent: `encode` does that, and what it writes is thrown away. */
  follow?(event: ReplyEvent): void;
  /** Everything still owed to a clean end. Called once, and nothing after it. */
  end(): string;
  /** Ends the stream with an error of the protocol, never with its clean last word. Called once, and nothing after it. */
  error(error: AppError, requestId: string): string;
}

/** Reads one streamed answer. Never throws for what an upstream sends: what can't be read is an `error` event. */
export interface StreamDecoder {
  /** The data of one frame (an event's data, a line). Frames that say nothing emit nothing. */
  decode(data: string): void;
  /** The upstream has said its last word: nothing that matters comes after it. False for ever where the protocol has none (Gemini just closes). */
  readonly isComplete: boolean;
}

/** One wire protocol, as clients speak it to us and as we speak it to channels. */
export interface Protocol extends ErrorFace {
  readonly id: ProtocolId;

  // As clients speak it.
  /** Reads a client's body. Throws AppError `invalid_json` or `invalid_request`. */
  decodeCall(body: Buffer, route: Route): DecodedCall;
  readonly waiting: Waiting;
  /** A complete answer. */
  encodeReply(reply: CanonicalReply, context: ReplyContext): Buffer;
  encodeStream(context: ReplyContext, call: DecodedCall): StreamEncoder;

  // As channels speak it.
  readonly framing: Framing;
  /** Tool names that the vendor takes; others are replaced on the way there and put back on the way back. Null: any. */
  readonly toolNames: { readonly maximum: number; readonly pattern: RegExp } | null;
  /** The longest id of a call in the history that the vendor takes; absent: it sets no limit. */
  readonly longestCallId?: number;
  /** Whether tools with free text (`Tool.custom`) can be told as such; where they can't, they reach `encodeRequest` as functions. Absent: never. */
  takesFreeTextTools?(target: Target): boolean;
  /** `encodeRequest` sees to hints: says or names them. Absent: they don't reach it, and are named. */
  readonly seesHints?: true;
  /** The media that the vendor can't fetch by itself: their addresses are resolved to bytes before `encodeRequest`. */
  readonly needsBytes: (part: { readonly type: "image" | "document" | "audio"; readonly url: string }) => boolean;
  /** Where a parameter stands in a request body: constraints of models are applied there. */
  readonly parameterPaths: Readonly<Partial<Record<ParameterName, readonly string[]>>>;
  /** Throws AppError `invalid_request` (naming the field) where the protocol has no way to say what must be said. */
  encodeRequest(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest;
  /** Null: that is no answer of this protocol. */
  decodeReply(value: unknown): CanonicalReply | null;
  /** Events go to `emit`, in the order of ReplyEvent's rules. */
  decodeStream(emit: Emit): StreamDecoder;
  /** Reads an error body of an upstream. Null: there is none in it. */
  readComplaint(body: Buffer): UpstreamComplaint | null;

  /** Absent where the protocol has no endpoint for it: prompts are then counted by our estimate. */
  readonly counting?: Counting;

  // Both sides the same: the bytes pass, somebody listens.
  passReply(body: Buffer, names: ModelNames, context: ReplyContext): WholeReply | null;
  passStream(call: DecodedCall, names: ModelNames, context: ReplyContext): StreamListener;
}
