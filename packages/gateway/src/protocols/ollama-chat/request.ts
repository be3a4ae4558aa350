import type { CanonicalRequest } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { DecodedCall, EncodedRequest } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { editJson, type JsonEdit } from "../../json/edit-json.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { promptSize } from "../../tokens/prompt-size.ts";
import { type ReadRequest, readChat } from "./fields.ts";
import { decodeMessages } from "./messages-decode.ts";
import { encodeMessages } from "./messages-encode.ts";
import { decodeFormat, decodeOptions, decodeThink, encodeFormat, encodeOptions, encodeThink } from "./options.ts";
import { decodeTools, encodeTools } from "./tools.ts";
import { chatRequestSchema, type WireRequest } from "./wire.ts";

/** Below a channel's base URL, which ends in /api. */
const CHAT_PATH = "/chat";
const NO_HEADERS: readonly string[] = [];
const STREAM_TYPE = "application/x-ndjson";
const readByModels = {
  texts: new Set(["messages", "prompt", "suffix", "system", "template", "images"]),
  json: new Set(["tools", "format", "context"]),
};

/** Reads a body for /api/chat. Throws `invalid_json`, `invalid_request`, or LoadRequested where there is nothing to answer. */
export function decodeCall(body: Buffer): DecodedCall {
  return callOf(body, readChat(body), CHAT_PATH, () => decodeRequest(body));
}

/** A call to either endpoint, as far as every route needs it. */
export function callOf(
  body: Buffer,
  { model, isStream, outputLimit, object }: ReadRequest,
  path: string,
  canonical: () => CanonicalRequest,
): DecodedCall {
  return {
    model,
    isStream,
    outputLimit,
    choices: 1,
    size: promptSize(body, object, readByModels),
    streamContentType: STREAM_TYPE,
    // The last line always tells it.
    wantsStreamUsage: true,
    canonical,
    pass(target) {
      const edits: JsonEdit[] = [];
      if (target.upstreamModel !== model) edits.push({ path: ["model"], json: JSON.stringify(target.upstreamModel) });
      const limit = limitFor(outputLimit, target);
      if (limit !== outputLimit) edits.push({ path: ["options", "num_predict"], json: String(limit) });
      return { path, headers: NO_HEADERS, body: editJson(body, edits) };
    },
  };
}

/** The client's limit, or the target's where that is tighter. */
function limitFor(given: number | null, target: Target): number | null {
  if (given === null || target.outputLimit === null) return given ?? target.outputLimit;
  return Math.min(given, target.outputLimit);
}

function decodeRequest(body: Buffer): CanonicalRequest {
  const wire = readWire(chatRequestSchema, parseJson(body.toString("utf8")));
  const unmapped = unknownMembers(chatRequestSchema, wire);
  return {
    ...decodeUsual(wire, unmapped),
    messages: decodeMessages(wire.messages, unmapped),
    tools: decodeTools(wire.tools ?? [], unmapped),
    unmapped,
  };
}

/** What both endpoints say in the same way. */
export function decodeUsual(
  wire: WireRequest,
  unmapped: string[],
): Omit<CanonicalRequest, "messages" | "tools" | "unmapped"> {
  const { model, stream, format, think, logprobs, top_logprobs, options } = wire;
  const limit = options?.num_predict ?? null;
  return {
    ...decodeOptions(options ?? {}, unmapped),
    model,
    toolChoice: null,
    parallelToolCalls: null,
    // -1 and -2 say that there is none.
    outputLimit: limit !== null && limit > 0 ? limit : null,
    choices: 1,
    reasoning: decodeThink(think),
    outputFormat: decodeFormat(format),
    topLogprobs: logprobs === true ? (top_logprobs ?? 0) : null,
    isStream: stream ?? true,
    namesUser: false,
  };
}

/** A request for /api/chat. Throws `invalid_request` for what Ollama has no way to say and an answer would be another without. */
export function encodeRequest(request: CanonicalRequest, target: Target, notes: Notes): EncodedRequest {
  if (request.choices > 1)
    throw invalid(
      "n",
      "这个模型的上游（Ollama）一次只给一个回答，n 只能是 1。",
      "the upstream of this model (Ollama) gives one answer a call: n must be 1.",
    );
  if (request.parallelToolCalls === false) notes.drop("parallel_tool_calls");
  if (request.namesUser) notes.drop("user");
  const body = {
    model: target.upstreamModel,
    messages: encodeMessages(request, notes),
    stream: request.isStream,
    tools: encodeTools(request, notes),
    format: encodeFormat(request.outputFormat),
    think: encodeThink(request.reasoning, notes),
    options: encodeOptions(request, limitFor(request.outputLimit, target)),
    ...(request.topLogprobs !== null && { logprobs: true, top_logprobs: request.topLogprobs }),
  };
  return { path: CHAT_PATH, headers: NO_HEADERS, body: Buffer.from(JSON.stringify(body)) };
}
