import type { Hint } from "./hints.ts";
import type { Signature } from "./signature.ts";

/** A request to a model in no protocol's words: what a client wants, in the order in which it said it. Made only where two protocols differ. */
export type CanonicalRequest = {
  /** The public name, as the client wrote it. */
  readonly model: string;
  /** System and developer messages stand where the client put them; encoders that know only one leading system text move or tag them. */
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  /** Null: the client said nothing. */
  readonly toolChoice: ToolChoice | null;
  /** The tools came as OpenAI's older `functions`: the client understands `function_call` in the answer and nothing else. */
  readonly usesFunctions?: boolean;
  /** False: at most one call a turn; null: the client said nothing. */
  readonly parallelToolCalls: boolean | null;
  readonly sampling: Sampling;
  /** Texts that end the answer. */
  readonly stop: readonly string[];
  /** Most output tokens of each choice; null: no limit given. */
  readonly outputLimit: number | null;
  readonly choices: number;
  /** Null: the client said nothing of thinking. */
  readonly reasoning: ReasoningWish | null;
  /** Thoughts of the answer are not for the client: it said so, or would take them for the answer. */
  readonly hidesThoughts?: boolean;
  /** Null: plain text. */
  readonly outputFormat: OutputFormat | null;
  /** Log probabilities are wanted, with so many alternatives a token; null: none. */
  readonly topLogprobs: number | null;
  readonly isStream: boolean;
  /** The client named its user: upstreams get a pseudonym in its place. */
  readonly namesUser: boolean;
  /** Absent: none. */
  readonly hints?: readonly Hint[];
  /** Wire paths of fields the decoder knows no counterpart for (`stop_token_ids`, `messages[3].name`): named in `x-gateway-dropped`. */
  readonly unmapped: readonly string[];
};

/** Null: not given. Zero is a value. */
export type Sampling = {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly minP: number | null;
  readonly frequencyPenalty: number | null;
  readonly presencePenalty: number | null;
  readonly repetitionPenalty: number | null;
  readonly seed: number | null;
};

export const noSampling: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  minP: null,
  frequencyPenalty: null,
  presencePenalty: null,
  repetitionPenalty: null,
  seed: null,
};

/** `tool` messages hold nothing but results; consecutive ones stand for one turn. */
export type Message =
  | { readonly role: "system"; readonly parts: readonly TextPart[]; readonly isDeveloper?: boolean }
  | { readonly role: "user"; readonly parts: readonly UserPart[] }
  | { readonly role: "assistant"; readonly parts: readonly AssistantPart[] }
  | { readonly role: "tool"; readonly parts: readonly ToolResultPart[] };

export type UserPart = TextPart | MediaPart;
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart | RefusalPart | MediaPart;

/** Anthropic's `cache_control` on a block, as sent; stays on the same block, and goes nowhere else. */
type Cacheable = { readonly cacheControl?: unknown };

export type TextPart = {
  readonly type: "text";
  readonly text: string;
  /** Of an answer. */
  readonly citations?: readonly Citation[];
} & Cacheable;

/** Where an answer has something from; what isn't known is null. Offsets in UTF-16 units of the text block they belong to. */
export type Citation = {
  readonly url: string | null;
  readonly title: string | null;
  readonly citedText: string | null;
  readonly start: number | null;
  readonly end: number | null;
};

/** An image, a document (PDF, plain text) or a piece of sound. */
export type MediaPart = {
  readonly type: "image" | "document" | "audio";
  readonly source: MediaSource;
  /** OpenAI's `detail` of an image. */
  readonly detail?: string;
  /** Of a document. */
  readonly filename?: string;
  /** What sound in an answer says. */
  readonly transcript?: string;
} & Cacheable;

/** `data` is base64 without a prefix. `mediaType` as the client named it, or as its bytes say where it named none or a wildcard. */
export type MediaSource =
  | { readonly kind: "base64"; readonly mediaType: string; readonly data: string }
  | { readonly kind: "url"; readonly url: string };

/** What a model thought. `signature` proves it to its own vendor; a part without text and with `isRedacted` is opaque altogether. */
export type ReasoningPart = {
  readonly type: "reasoning";
  readonly text: string;
  readonly signature: Signature | null;
  readonly isRedacted?: boolean;
};

export type ToolCallPart = {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  /** JSON text of an object, as the model or the client wrote it ("{}" for none); may be cut short where an answer was. Free text where `isCustom`. */
  readonly arguments: string;
  /** A call of a tool that takes free text (OpenAI's custom tools). */
  readonly isCustom?: boolean;
  /** Google's thoughtSignature. */
  readonly signature?: Signature | null;
} & Cacheable;

export type ToolResultPart = {
  readonly type: "tool-result";
  readonly callId: string;
  /** Of the tool; null where the protocol doesn't say (`withToolNames` finds it by the id). */
  readonly name: string | null;
  readonly parts: readonly UserPart[];
  readonly isError: boolean;
  readonly isCustom?: boolean;
} & Cacheable;

export type RefusalPart = { readonly type: "refusal"; readonly text: string };

export type Tool = {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the arguments, as sent; null: none given (an object without properties). */
  readonly parameters: unknown;
  readonly isStrict: boolean | null;
  /** Takes free text instead of JSON; the grammar as sent. */
  readonly custom?: { readonly format: unknown };
} & Cacheable;

/** `allowed`: several names, of which one must (`isRequired`) or may be called. */
export type ToolChoice =
  | { readonly kind: "none" | "auto" | "required" }
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "allowed"; readonly names: readonly string[]; readonly isRequired: boolean };

export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

/** Each null where the client did not say it. `isAdaptive`: the model decides how long. */
export type ReasoningWish = {
  readonly effort: Effort | null;
  readonly budgetTokens: number | null;
  readonly isEnabled: boolean;
  readonly isAdaptive: boolean;
  /** Whether thoughts (or their summary) are to be shown: null: the protocol's default. */
  readonly showsThoughts: boolean | null;
};

/** `json`: any JSON value. `schema` as sent. */
export type OutputFormat =
  | { readonly kind: "json" }
  | {
      readonly kind: "schema";
      readonly name: string | null;
      readonly description: string | null;
      readonly schema: unknown;
      readonly isStrict: boolean | null;
    };
