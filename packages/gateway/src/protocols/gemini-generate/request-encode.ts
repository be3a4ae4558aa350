import type { CanonicalRequest, OutputFormat } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { EncodedRequest } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { invalid } from "../../json/plain-fields.ts";
import { geminiDialectOf } from "../../providers/gemini.ts";
import type { GeminiDialect } from "../../providers/gemini-dialect.ts";
import { encodeMessages } from "./contents-encode.ts";
import { callPath } from "./request.ts";
import { encodeSchema } from "./schema-encode.ts";
import { encodeThinking } from "./thinking.ts";
import { encodeTools } from "./tools.ts";

const MOST_STOPS = 5;
const MOST_CHOICES = 8;
const MOST_LOGPROBS = 20;
const MOST_SEED = 2_147_483_647;

/** A request in Gemini's words (ai.google.dev/api/generate-content). Throws `invalid_request` for what it has no way to say. */
export function encodeRequest(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  if (request.namesUser) notes.drop("user");
  const generationConfig = encodeConfig(request, target, dialectOf(target), notes);
  const body = {
    ...encodePrompt(request, target, notes),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  };
  const path = callPath(target.upstreamModel, request.isStream);
  return { path, headers: [], body: Buffer.from(JSON.stringify(body)) };
}

/** What the model gets to read of it: texts and tools. */
export function encodePrompt(request: CanonicalRequest, target: Target, notes: Notes): Record<string, unknown> {
  const dialect = dialectOf(target);
  return { ...encodeMessages(request, dialect, notes), ...encodeTools(request, dialect, notes) };
}

function dialectOf({ provider, upstreamModel }: Target): GeminiDialect {
  return (provider.geminiDialectOf ?? geminiDialectOf)(upstreamModel);
}

function encodeConfig(
  request: CanonicalRequest,
  target: Target,
  dialect: GeminiDialect,
  notes: Notes,
): Record<string, unknown> {
  const { sampling, stop, choices, topLogprobs } = request;
  if (stop.length > MOST_STOPS)
    throw invalid("stop", `停止词最多 ${MOST_STOPS} 个。`, `at most ${MOST_STOPS} stop sequences are taken.`);
  if (choices > MOST_CHOICES)
    throw invalid("n", `最多同时要 ${MOST_CHOICES} 个回答。`, `at most ${MOST_CHOICES} answers at once.`);
  if (topLogprobs !== null && topLogprobs > MOST_LOGPROBS)
    throw invalid(
      "top_logprobs",
      `top_logprobs 最大为 ${MOST_LOGPROBS}。`,
      `top_logprobs is at most ${MOST_LOGPROBS}.`,
    );
  if (sampling.minP !== null) notes.drop("min_p");
  if (sampling.repetitionPenalty !== null) notes.drop("repetition_penalty");
  const isSeed = sampling.seed !== null && sampling.seed >= -MOST_SEED - 1 && sampling.seed <= MOST_SEED;
  const seed = isSeed ? sampling.seed : null;
  if (seed !== sampling.seed) notes.drop("seed");
  const limits = [request.outputLimit, target.outputLimit].filter((each) => each !== null);
  const thinkingConfig = encodeThinking(request.reasoning, dialect.thinking, notes);
  const members = {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    frequencyPenalty: sampling.frequencyPenalty,
    presencePenalty: sampling.presencePenalty,
    seed,
    maxOutputTokens: limits.length === 0 ? null : Math.min(...limits),
    candidateCount: choices === 1 ? null : choices,
    stopSequences: stop.length === 0 ? null : stop,
    responseLogprobs: topLogprobs === null ? null : true,
    logprobs: topLogprobs === null || topLogprobs === 0 ? null : topLogprobs,
    thinkingConfig: thinkingConfig === null || Object.keys(thinkingConfig).length === 0 ? null : thinkingConfig,
  };
  const given = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
  return { ...given, ...encodeFormat(request.outputFormat, dialect, notes) };
}

/** Case 16. */
function encodeFormat(
  format: OutputFormat | null,
  { takesJsonSchema }: GeminiDialect,
  notes: Notes,
): Record<string, unknown> {
  if (format === null) return {};
  const responseMimeType = "application/json";
  if (format.kind === "json") return { responseMimeType };
  if (takesJsonSchema) return { responseMimeType, responseJsonSchema: format.schema };
  const schema = encodeSchema(format.schema, "response_format.schema", notes);
  const description =
    format.description !== null && schema.description === undefined ? { description: format.description } : {};
  return { responseMimeType, responseSchema: { ...schema, ...description } };
}
