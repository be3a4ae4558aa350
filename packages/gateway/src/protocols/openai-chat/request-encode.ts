import type { CanonicalRequest, OutputFormat } from "../../canonical/canonical-request.ts";
import { hintFor } from "../../canonical/hints.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { EncodedRequest } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { invalid } from "../../json/plain-fields.ts";
import { compatibleDialect, type OpenAiDialect } from "../../providers/openai-dialect.ts";
import { encodeMessages } from "./message-encode.ts";
import { encodeReasoning } from "./reasoning-encode.ts";
import { CHAT_PATH } from "./request.ts";
import { encodeTools } from "./tool-encode.ts";

/** A request in the words of the target's dialect. Throws AppError `invalid_request` for what they can't say. */
export function encodeRequest(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  const dialect = target.provider.dialectOf?.(target.upstreamModel) ?? compatibleDialect;
  const body = {
    model: target.upstreamModel,
    messages: encodeMessages(request, dialect, notes),
    ...encodeTools(request, dialect, notes),
    ...encodeLimit(request, target, dialect),
    ...encodeSampling(request, dialect, notes),
    ...encodeStop(request, dialect),
    ...encodeReasoning(request.reasoning, dialect, notes),
    ...encodeFormat(request.outputFormat, dialect),
    ...encodeLogprobs(request.topLogprobs),
    ...(request.choices > 1 && { n: request.choices }),
    ...(request.namesUser && { user: target.userPseudonym }),
    ...encodeHints(request, target, dialect, notes),
    ...(request.isStream && { stream: true, stream_options: { include_usage: true } }),
  };
  return { path: CHAT_PATH, headers: [], body: Buffer.from(JSON.stringify(body)) };
}

function encodeLimit({ outputLimit }: CanonicalRequest, target: Target, { limitField }: OpenAiDialect): object {
  const limits = [outputLimit, target.outputLimit].filter((each) => each !== null);
  return limits.length === 0 ? {} : { [limitField]: Math.min(...limits) };
}

function encodeSampling({ sampling }: CanonicalRequest, dialect: OpenAiDialect, notes: Notes): object {
  const values: readonly (readonly [string, string | null, number | null])[] = [
    ["temperature", "temperature", sampling.temperature],
    ["top_p", "top_p", sampling.topP],
    ["top_k", dialect.topK, sampling.topK],
    ["min_p", dialect.minP, sampling.minP],
    ["frequency_penalty", "frequency_penalty", sampling.frequencyPenalty],
    ["presence_penalty", "presence_penalty", sampling.presencePenalty],
    ["repetition_penalty", dialect.repetitionPenalty, sampling.repetitionPenalty],
    ["seed", "seed", sampling.seed],
  ];
  const body: Record<string, number> = {};
  for (const [name, field, value] of values) {
    if (value === null) continue;
    if (field === null) notes.drop(name);
    else body[field] = value;
  }
  return body;
}

/** Case 17: too many are refused, not cut. */
function encodeStop({ stop }: CanonicalRequest, { maximumStops }: OpenAiDialect): object {
  if (stop.length === 0) return {};
  if (maximumStops !== null && stop.length > maximumStops) {
    throw invalid(
      "stop",
      `该模型最多接受 ${maximumStops} 个停止文本。`,
      `this model takes at most ${maximumStops} stop texts.`,
    );
  }
  return { stop };
}

function encodeFormat(format: OutputFormat | null, { takesSchema }: OpenAiDialect): object {
  if (format === null) return {};
  if (format.kind === "json") return { response_format: { type: "json_object" } };
  if (!takesSchema) {
    throw invalid(
      "response_format",
      "该模型的服务不支持按 JSON Schema 输出。",
      "this model's server can't answer by a JSON schema.",
    );
  }
  const { name, description, schema, isStrict } = format;
  const json_schema = {
    name: (name ?? "response").replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "response",
    ...(description !== null && { description }),
    schema,
    ...(isStrict !== null && { strict: isStrict }),
  };
  return { response_format: { type: "json_schema", json_schema } };
}

function encodeHints({ hints }: CanonicalRequest, target: Target, { takesHints }: OpenAiDialect, notes: Notes): object {
  if (!takesHints) {
    notes.dropAll(hints?.map(({ path }) => path) ?? []);
    return {};
  }
  const [verbosity, cacheKey] = [hintFor(hints, "verbosity", target), hintFor(hints, "cacheKey", target)];
  return { ...(verbosity !== null && { verbosity }), ...(cacheKey !== null && { prompt_cache_key: cacheKey }) };
}

function encodeLogprobs(top: number | null): object {
  if (top === null) return {};
  return top === 0 ? { logprobs: true } : { logprobs: true, top_logprobs: top };
}
