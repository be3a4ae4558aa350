import type { CanonicalRequest, OutputFormat, ReasoningWish, Sampling } from "../../canonical/canonical-request.ts";
import { hintFor } from "../../canonical/hints.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { EncodedRequest } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { invalid } from "../../json/plain-fields.ts";
import { ENCRYPTED, LOGPROBS } from "./decode-request.ts";
import { encodeInput } from "./encode-items.ts";
import { encodeToolChoice, encodeTools } from "./tools.ts";

/** Below a channel's base URL. */
export const RESPONSES_PATH = "/responses";

/** Of `max_output_tokens`. */
const LEAST_OUTPUT = 16;

/** Sampling that this protocol has no member for. */
const unsaid = {
  topK: "top_k",
  minP: "min_p",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  repetitionPenalty: "repetition_penalty",
  seed: "seed",
} satisfies Partial<Record<keyof Sampling, string>>;

/**
 * A request for an upstream of this protocol. Nothing is stored there: it would be stored under our credential, for anybody who knows the id
 * (design section 4). Throws `invalid_request` for several choices and for texts that end the answer.
 */
export function encodeRequest(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  refuseUnsayable(request);
  for (const [name, field] of Object.entries(unsaid))
    if (request.sampling[name as keyof typeof unsaid] !== null) notes.drop(field);
  const { instructions, input } = encodeInput(request, notes);
  const { temperature, topP } = request.sampling;
  const tools = encodeTools(request, notes);
  const reasoning = encodeReasoning(request.reasoning, notes);
  const verbosity = hintFor(request.hints, "verbosity", target);
  const cacheKey = hintFor(request.hints, "cacheKey", target);
  const text = { ...encodeFormat(request.outputFormat), ...(verbosity !== null && { verbosity }) };
  const include = [
    ...(request.reasoning?.isEnabled === true ? [ENCRYPTED] : []),
    ...(request.topLogprobs === null ? [] : [LOGPROBS]),
  ];
  const limit = encodeLimit(request, target, notes);
  const body = {
    model: target.upstreamModel,
    ...(instructions !== null && { instructions }),
    input,
    ...(tools.length > 0 && { tools, tool_choice: encodeToolChoice(request) }),
    ...(request.parallelToolCalls !== null && { parallel_tool_calls: request.parallelToolCalls }),
    ...(Object.keys(text).length > 0 && { text }),
    ...(reasoning !== null && { reasoning }),
    ...(limit !== null && { max_output_tokens: limit }),
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { top_p: topP }),
    ...(request.topLogprobs && { top_logprobs: request.topLogprobs }),
    ...(include.length > 0 && { include }),
    ...(cacheKey !== null && { prompt_cache_key: cacheKey }),
    store: false,
    ...(request.isStream && { stream: true }),
    ...(request.namesUser && { safety_identifier: target.userPseudonym }),
  };
  return { path: RESPONSES_PATH, headers: [], body: Buffer.from(JSON.stringify(body)) };
}

function refuseUnsayable({ choices, stop }: CanonicalRequest): void {
  if (choices > 1)
    throw invalid("n", "这个模型的上游一次只给一个回答。", "the upstream of this model gives one answer at a time.");
  if (stop.length > 0)
    throw invalid(
      "stop",
      "这个模型的上游不支持 stop。",
      "the upstream of this model knows no texts that end an answer.",
    );
}

/** The smaller of the client's limit and ours; the API refuses one below its least. */
function encodeLimit({ outputLimit }: CanonicalRequest, target: Target, notes: Notes): number | null {
  const limits = [outputLimit, target.outputLimit].filter((limit) => limit !== null);
  if (limits.length === 0) return null;
  const limit = Math.min(...limits);
  if (limit >= LEAST_OUTPUT) return limit;
  notes.clamp("max_output_tokens", LEAST_OUTPUT);
  return LEAST_OUTPUT;
}

function encodeReasoning(wish: ReasoningWish | null, notes: Notes): object | null {
  if (wish === null) return null;
  if (!wish.isEnabled) return { effort: "none" };
  const nearest = wish.effort === null ? effortOf(wish.budgetTokens) : null;
  if (nearest !== null) notes.clamp("reasoning_effort", nearest);
  const effort = wish.effort ?? nearest;
  // Vendors that are asked for a budget show thoughts unless told not to; here they are shown only where that is asked for.
  const isShown = wish.showsThoughts ?? (wish.budgetTokens !== null || wish.isAdaptive);
  const summary = isShown ? "auto" : null;
  if (effort === null && summary === null) return null;
  return { ...(effort !== null && { effort }), ...(summary !== null && { summary }) };
}

/** So many tokens of thought as a degree of effort (case 20). */
function effortOf(budgetTokens: number | null): string | null {
  if (budgetTokens === null) return null;
  if (budgetTokens <= 2_048) return "low";
  return budgetTokens <= 12_288 ? "medium" : "high";
}

function encodeFormat(format: OutputFormat | null): object | null {
  if (format === null) return null;
  if (format.kind === "json") return { format: { type: "json_object" } };
  const { name, description, schema, isStrict } = format;
  return {
    format: {
      type: "json_schema",
      name: (name ?? "answer").replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "answer",
      ...(description !== null && { description }),
      schema,
      ...(isStrict !== null && { strict: isStrict }),
    },
  };
}
