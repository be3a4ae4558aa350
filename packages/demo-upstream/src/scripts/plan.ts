/** One function a client offers to the model. `parameters` is its JSON schema as sent. */
export type OfferedTool = { name: string; parameters?: unknown };

/** The result of a tool call in the history. `name` where the protocol or an earlier call tells it. */
export type ToolResult = { id: string; name: string; text: string; isError: boolean };

/** One message of the history, as `demo-inspect` shows it. */
export type Turn = { role: "system" | "user" | "assistant" | "tool"; text: string };

/**
 * What a request says of thinking: `effort` in the protocol's own word, or a budget, or neither ("do think"). `hidden`: it did not ask to
 * see the thoughts.
 */
export type Thinking = { effort?: string; budgetTokens?: number; hidden?: true };

/** `name`: only that tool may be called. */
export type ToolChoice = "auto" | "none" | "required" | { name: string };

/** A request in the words the scripts understand, whatever protocol it came in. */
export type DemoCall = {
  model: string;
  stream: boolean;
  /** The client asked for usage at the end of a stream; protocols that always report say true. */
  wantsUsage: boolean;
  /** Instructions of the system, in order, joined by line ends. */
  system: string;
  turns: readonly Turn[];
  lastUserText: string;
  /** What is to follow the answer, where the model fills a gap. */
  suffix?: string;
  /** URLs of the images in the last user message, in order; base64 data of other shapes is made a data URL. */
  imageUrls: readonly string[];
  /** PDFs and audio of the last user message, likewise. */
  fileUrls: readonly string[];
  tools: readonly OfferedTool[];
  toolChoice: ToolChoice;
  parallelTools: boolean;
  /** All results of tools in the history, in order. */
  toolResults: readonly ToolResult[];
  /** The last message is the result of a tool. */
  afterTool: boolean;
  /** Undefined: no thinking is wanted. */
  thinking: Thinking | undefined;
  /** The JSON schema the answer must have; `true` for any JSON. */
  schema: unknown;
  stopSequences: readonly string[];
  temperature: number | undefined;
  topP: number | undefined;
  choices: number;
  /** How many alternatives to show for each token of text; undefined: no log probabilities. */
  logprobs: number | undefined;
  /** Tokens a choice may have; Infinity without a limit. */
  maxTokens: number;
  inputTokens: number;
};

/** A call that asks for nothing: what a protocol doesn't say stays as it is here. */
export const plainCall: DemoCall = {
  model: "",
  stream: false,
  wantsUsage: true,
  system: "",
  turns: [],
  lastUserText: "",
  imageUrls: [],
  fileUrls: [],
  tools: [],
  toolChoice: "auto",
  parallelTools: true,
  toolResults: [],
  afterTool: false,
  thinking: undefined,
  schema: undefined,
  stopSequences: [],
  temperature: undefined,
  topP: undefined,
  choices: 1,
  logprobs: undefined,
  maxTokens: Infinity,
  inputTokens: 0,
};

/** What a script may know beside the call. */
export type Circumstances = {
  /** How many requests this model has had, this one included: 1, 2, 3, … */
  occurrence: number;
  /** The credential as received, "" without one. */
  credential: string;
};

/** Where a sentence of the answer comes from. */
export type Citation = { url: string; title: string; citedText: string };

/**
 * What one content chunk carries; each counts as one token. Pieces of one kind in a row make one block, unless `opensBlock`. `redacted` is
 * thinking that nobody may read; `citation` belongs to the text before it.
 */
export type Piece =
  | { kind: "text"; text: string; opensBlock?: true }
  | { kind: "refusal"; text: string }
  | { kind: "reasoning"; text: string }
  | { kind: "redacted"; data: string }
  | { kind: "citation"; citation: Citation }
  | { kind: "tool"; call: number; opens?: { id: string; name: string }; argumentsPart: string };

/** Pieces made on demand, so that a million chunks cost no memory. */
export type Pieces = { count: number; at(index: number): Piece };

/** Where an answer goes wrong. `start` is before the first frame, a number after that many pieces of each choice. */
export type Fault = {
  after: "start" | number;
  kind: "silence" | "break" | "end" | "error-event" | "error-text" | "broken-json";
};

/**
 * How usage is reported: `asked` follows the protocol, `twice` too, but says it again, `after-finish` in an event of its own behind the
 * finish. The others report on the way, asked or not: `first` and `middle` that of the whole answer in one event, `middle-so-far` in the
 * middle what was written until then, `every` what was written so far in each, `cumulative` that in the first, the middle and the last.
 */
export type UsageScript = {
  report: "asked" | "twice" | "after-finish" | "never" | "first" | "middle" | "middle-so-far" | "every" | "cumulative";
  inputTokens?: number;
  outputTokens?: number;
  /** Tokens that one piece counts as; 1 if left out. */
  tokensAPiece?: number;
  /** Tokens said to come from a cache, of `inputTokens` in total. */
  cachedTokens?(inputTokens: number): number;
  /** Shares of input (written to a cache, images, audio) and of output (reasoning) that are reported apart. */
  shares?: { cacheWrite: number; image: number; audio: number; reasoning: number };
};

/** How frames reach the wire: `half-utf8` cuts each inside its first character of several bytes. */
export type Framing = "plain" | "crlf" | "gzip" | "brotli" | "split" | "half-utf8";

/**
 * Why an answer ends. Beside the common four: a stop sequence of the client's, and words only some protocols have, the others say the
 * nearest (`pause`, `context` of Anthropic; `recitation`, `blocklist`, `spii`, `prohibited`, `malformed-call` of Gemini).
 */
export type Finish =
  | "stop"
  | "length"
  | "tool_calls"
  | "content_filter"
  | "stop-sequence"
  | "pause"
  | "context"
  | "recitation"
  | "blocklist"
  | "spii"
  | "prohibited"
  | "malformed-call";

/** Ways of vendors that no protocol forbids, or that break it. */
export type Quirks = {
  /** The ids of answer and items are new in every event. */
  rotatesIds?: boolean;
  /** After three pieces the start of the answer comes again. */
  startsTwice?: boolean;
  /** The prompt was refused: no text at all, and where the protocol knows it, no candidate. */
  blocksPrompt?: boolean;
  /** Thinking comes as it is and not as a summary: responses have it in `content`, chat completions call it `reasoning`. */
  rawReasoning?: boolean;
  /** Calls in chat completions come as some imitators send them: whole, without an index, with the finish reason stop. */
  sloppyCalls?: boolean;
  /** Argument parts of several calls take turns, where the protocol can carry that. */
  interleaves?: boolean;
  /** Stop sequences do not end the answer. */
  ignoresStops?: boolean;
  /** The content-type header; null for none at all. */
  contentType?: string | null;
};

/** A scripted success, with all that is to go wrong on the way. Times in milliseconds. */
export type Answer = {
  kind: "answer";
  pieces: Pieces;
  finish: Finish;
  /** The one that ended the answer, with finish `stop-sequence`. */
  stopSequence?: string;
  startAfterMs: number;
  everyMs: number;
  /** Instead of `everyMs`: how long before each piece. Such an answer is timed, see `SeenRequest.sent`. */
  pauseBefore?(piece: number): number;
  usage: UsageScript;
  fault?: Fault;
  framing: Framing;
  quirks: Quirks;
};

/** An error instead of an answer. With `page` that is the body; status 200 on a stream makes it the first event. */
export type Refusal = {
  kind: "refusal";
  status: number;
  type: string;
  code: string | null;
  message: string;
  param?: string;
  headers?: Record<string, string>;
  /** A body that is not in the shape of the protocol. */
  page?: { contentType: string; text: string };
};

export type Plan = Answer | Refusal;

/**
 * A behaviour and the model names that choose it. Capitals in `family` stand for whole numbers of up to seven digits
 * (`demo-chunks-N`), given to `plan` in order; `example` is one name of the family that can be called as it is.
 */
export type Script = {
  family: string;
  example: string;
  description: string;
  plan(call: DemoCall, numbers: readonly number[], circumstances: Circumstances): Plan;
};

const noQuirks: Quirks = {};

/** An answer that goes well, except for what `changes` says. */
export function answer(pieces: Pieces, changes: Partial<Answer> = {}): Answer {
  return {
    kind: "answer",
    pieces,
    finish: "stop",
    startAfterMs: 0,
    everyMs: 0,
    usage: { report: "asked" },
    framing: "plain",
    quirks: noQuirks,
    ...changes,
  };
}
