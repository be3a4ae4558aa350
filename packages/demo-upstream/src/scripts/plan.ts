/** One function a client offers to the model. `parameters` is its JSON schema as sent, unchecked. */
export type OfferedTool = { name: string; parameters?: unknown };

/** A request in the words the scripts understand, whatever protocol it came in. */
export type DemoCall = {
  model: string;
  stream: boolean;
  /** The client asked for usage at the end of a stream. */
  wantsUsage: boolean;
  lastUserText: string;
  /** URLs of the images in the last user message, in order; data URLs are not decoded yet. */
  imageUrls: readonly string[];
  tools: readonly OfferedTool[];
  parallelTools: boolean;
  /** The last message is the result of a tool. */
  afterTool: boolean;
  topP: number | undefined;
  choices: number;
  /** Tokens a choice may have; Infinity without a limit. */
  maxTokens: number;
  inputTokens: number;
};

/** What a script may know beside the call. */
export type Circumstances = {
  /** How many requests this model has had, this one included: 1, 2, 3, … */
  occurrence: number;
  /** The bearer credential as received, "" without one. */
  credential: string;
};

/** What one content chunk carries; each counts as one token. */
export type Piece =
  | { kind: "text"; text: string }
  | { kind: "reasoning"; text: string }
  | { kind: "tool"; call: number; opens?: { id: string; name: string }; argumentsPart: string };

/** Pieces made on demand, so that a million chunks cost no memory. */
export type Pieces = { count: number; at(index: number): Piece };

/** Where an answer goes wrong. `start` is before the first frame, a number after that many pieces of each choice. */
export type Fault = {
  after: "start" | number;
  kind: "silence" | "break" | "end" | "error-event" | "error-text" | "broken-json";
};

/**
 * How usage is reported: `asked` follows the protocol, `twice` too, but says it again. The others report in content frames, asked or not:
 * `first` and `middle` that of the whole answer in one of them, `middle-so-far` in the middle what was written until then, `every` what
 * was written so far in each.
 */
export type UsageScript = {
  report: "asked" | "twice" | "never" | "first" | "middle" | "middle-so-far" | "every";
  inputTokens?: number;
  outputTokens?: number;
  /** Tokens said to come from a cache, of `inputTokens` in total. */
  cachedTokens?(inputTokens: number): number;
  /** Shares of input (written to a cache, images, audio) and of output (reasoning) that are reported apart. */
  shares?: { cacheWrite: number; image: number; audio: number; reasoning: number };
};

export type Framing = "plain" | "crlf" | "gzip" | "split";

/** A scripted success, with all that is to go wrong on the way. Times in milliseconds. */
export type Answer = {
  kind: "answer";
  pieces: Pieces;
  finish: "stop" | "tool_calls";
  startAfterMs: number;
  everyMs: number;
  usage: UsageScript;
  fault?: Fault;
  framing: Framing;
};

/** An error instead of an answer. With `html` that is the body; status 200 on a stream makes it the first event. */
export type Refusal = {
  kind: "refusal";
  status: number;
  type: string;
  code: string | null;
  message: string;
  param?: string;
  headers?: Record<string, string>;
  html?: string;
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
    ...changes,
  };
}
