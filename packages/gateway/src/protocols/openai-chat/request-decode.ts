import type { CanonicalRequest, OutputFormat } from "../../canonical/canonical-request.ts";
import { readHints } from "../../canonical/hints.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { decodeMessages } from "./message-decode.ts";
import { decodeReasoning } from "./reasoning-decode.ts";
import { decodeToolChoice, decodeTools } from "./tool-decode.ts";
import {
  jsonSchemaSchema,
  requestSchema,
  responseFormatSchema,
  streamOptionsSchema,
  type WireRequest,
} from "./wire.ts";

/** A whole request, for an upstream of another protocol. Throws AppError `invalid_request` with the field. */
export function decodeRequest(body: Buffer): CanonicalRequest {
  const wire = readWire(requestSchema, parseJson(body.toString("utf8")));
  const unmapped = unknownMembers(requestSchema, wire);
  refuseOtherAnswers(wire);
  if (wire.stream_options) unmapped.push(...unknownMembers(streamOptionsSchema, wire.stream_options, "stream_options"));
  if (wire.metadata) unmapped.push("metadata");
  const logprobs = wire.logprobs === true;
  if (!logprobs && wire.top_logprobs) unmapped.push("top_logprobs");
  const hints = readHints(
    [
      ["verbosity", "verbosity", wire.verbosity],
      ["cacheKey", "prompt_cache_key", wire.prompt_cache_key],
    ],
    unmapped,
  );
  const usesFunctions = !wire.tools && (wire.functions?.length ?? 0) > 0;
  return {
    model: wire.model,
    messages: decodeMessages(wire.messages, unmapped),
    tools: decodeTools(wire, unmapped),
    toolChoice: decodeToolChoice(wire),
    ...(usesFunctions && { usesFunctions }),
    // `function_call` holds one call.
    parallelToolCalls: wire.parallel_tool_calls ?? (usesFunctions ? false : null),
    sampling: {
      temperature: wire.temperature ?? null,
      topP: wire.top_p ?? null,
      topK: wire.top_k ?? null,
      minP: wire.min_p ?? null,
      frequencyPenalty: wire.frequency_penalty ?? null,
      presencePenalty: wire.presence_penalty ?? null,
      repetitionPenalty: wire.repetition_penalty ?? null,
      seed: wire.seed ?? null,
    },
    stop: typeof wire.stop === "string" ? [wire.stop] : (wire.stop ?? []),
    outputLimit: wire.max_completion_tokens ?? wire.max_tokens ?? null,
    choices: wire.n ?? 1,
    reasoning: decodeReasoning(wire, unmapped),
    outputFormat: decodeFormat(wire, unmapped),
    topLogprobs: logprobs ? (wire.top_logprobs ?? 0) : null,
    isStream: wire.stream ?? false,
    namesUser: namesUser(wire),
    ...(hints.length > 0 && { hints }),
    unmapped,
  };
}

/** An answer as sound or images, or one that searched the web, can be had only from the vendor that knows these fields. */
function refuseOtherAnswers(wire: WireRequest): void {
  const other = wire.modalities?.find((each) => each !== "text");
  if (other !== undefined) {
    throw invalid("modalities", `该模型不能以 ${other} 形式回答。`, `this model can't answer as ${other}.`);
  }
  for (const field of ["web_search_options", "enable_search"]) {
    if (!wire[field]) continue;
    throw invalid(field, `该模型不支持字段 ${field}。`, `this model can't do what the field ${field} asks for.`);
  }
}

function decodeFormat({ response_format }: WireRequest, unmapped: string[]): OutputFormat | null {
  if (response_format) unmapped.push(...unknownMembers(responseFormatSchema, response_format, "response_format"));
  switch (response_format?.type) {
    case undefined:
    case "text":
      return null;
    case "json_object":
      return { kind: "json" };
    case "json_schema": {
      const wish = response_format.json_schema ?? {};
      const { name, description, schema, strict } = wish;
      unmapped.push(...unknownMembers(jsonSchemaSchema, wish, "response_format.json_schema"));
      if (schema === undefined || schema === null) {
        const field = "response_format.json_schema.schema";
        throw invalid(field, `缺少字段 ${field}。`, `the field ${field} is missing.`);
      }
      return {
        kind: "schema",
        name: name ?? null,
        description: description ?? null,
        schema,
        isStrict: strict ?? null,
      };
    }
    default:
      throw invalid(
        "response_format.type",
        `无法转换 response_format 的类型 ${response_format?.type}。`,
        `a response_format of type ${response_format?.type} can't be translated.`,
      );
  }
}

/** Case 63: whoever is named gets a pseudonym. */
function namesUser({ user, safety_identifier, metadata }: WireRequest): boolean {
  if (user || safety_identifier) return true;
  return typeof metadata === "object" && metadata !== null && "user_id" in metadata;
}
