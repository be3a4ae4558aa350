import type { CanonicalRequest, Message, OutputFormat, ReasoningWish } from "../../canonical/canonical-request.ts";
import { noSampling } from "../../canonical/canonical-request.ts";
import { readHints } from "../../canonical/hints.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { decodeItems } from "./decode-items.ts";
import { decodeToolChoice, decodeTools } from "./tools.ts";
import * as wire from "./wire.ts";

export const ENCRYPTED = "reasoning.encrypted_content";
export const LOGPROBS = "message.output_text.logprobs";

/** A request for an upstream of another protocol. Throws `invalid_request` with the field. `value`: the parsed body. */
export function decodeRequest(value: unknown): CanonicalRequest {
  const request = readWire(wire.request, value);
  const unmapped = unmappedIn(request);
  const hints = readHints(
    [
      ["cacheKey", "prompt_cache_key", request.prompt_cache_key],
      ["verbosity", "text.verbosity", request.text?.verbosity],
    ],
    unmapped,
  );
  const tools = decodeTools(request.tools, unmapped);
  return {
    model: request.model,
    messages: [...instructions(request.instructions), ...decodeItems(request.input, unmapped)],
    tools,
    toolChoice: decodeToolChoice(request.tool_choice),
    parallelToolCalls: request.parallel_tool_calls ?? null,
    sampling: { ...noSampling, temperature: request.temperature ?? null, topP: request.top_p ?? null },
    stop: [],
    outputLimit: request.max_output_tokens ?? null,
    choices: 1,
    reasoning: reasoningWish(request.reasoning, unmapped),
    outputFormat: outputFormat(request.text, unmapped),
    topLogprobs: request.include?.includes(LOGPROBS) ? (request.top_logprobs ?? 0) : (request.top_logprobs ?? null),
    isStream: request.stream ?? false,
    namesUser: (request.user ?? request.safety_identifier ?? null) !== null,
    ...(hints.length > 0 && { hints }),
    unmapped,
  };
}

function unmappedIn(request: wire.WireRequest): string[] {
  const given = unknownMembers(wire.request, request).filter((name) => request[name] !== null);
  const include = (request.include ?? []).flatMap((each, index) =>
    each === ENCRYPTED || each === LOGPROBS ? [] : [`include[${index}]`],
  );
  const truncation = (request.truncation ?? "disabled") === "disabled" ? [] : ["truncation"];
  const obfuscation =
    request.stream_options?.include_obfuscation === true ? ["stream_options.include_obfuscation"] : [];
  return [...given, ...include, ...truncation, ...obfuscation];
}

function instructions(text: string | null | undefined): Message[] {
  return text ? [{ role: "system", parts: [{ type: "text", text }] }] : [];
}

function reasoningWish(reasoning: wire.WireRequest["reasoning"], unmapped: string[]): ReasoningWish | null {
  if (reasoning === null || reasoning === undefined) return null;
  unmapped.push(...unknownMembers(wire.reasoning, reasoning, "reasoning"));
  const effort = reasoning.effort ?? null;
  const summary = reasoning.summary ?? reasoning.generate_summary ?? null;
  if (effort === null && summary === null) return null;
  return {
    effort,
    budgetTokens: null,
    isEnabled: effort !== "none",
    isAdaptive: false,
    showsThoughts: summary === null ? null : true,
  };
}

function outputFormat(text: wire.WireRequest["text"], unmapped: string[]): OutputFormat | null {
  if (text === null || text === undefined) return null;
  for (const [name, value] of Object.entries(text))
    if (name !== "format" && name !== "verbosity" && value !== null) unmapped.push(`text.${name}`);
  const { format } = text;
  switch (format?.type) {
    case undefined:
    case "text":
      return null;
    case "json_object":
      return { kind: "json" };
    case "json_schema": {
      const { name, description, schema, strict } = format;
      if (typeof schema !== "object" || schema === null)
        throw invalid(
          "text.format.schema",
          "缺少字段 text.format.schema。",
          "the field text.format.schema is missing.",
        );
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
        "text.format.type",
        `不认识的输出格式 ${format?.type}。`,
        `there is no output format ${format?.type}.`,
      );
  }
}
