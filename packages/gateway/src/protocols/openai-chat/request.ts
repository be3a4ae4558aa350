import type { DecodedCall } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { type Fields, invalid, knownFields, readFields } from "../../json/plain-fields.ts";
import { applySplices, type Splice } from "../../json/splice.ts";
import { promptSize } from "../../tokens/prompt-size.ts";
import {
  booleanValue,
  countValue,
  hideUser,
  isNull,
  lowerLimit,
  MAXIMUM_OUTPUT,
  modelName,
  REFUSED_FIELDS,
  readUsageOption,
  replace,
  textValue,
} from "./body-fields.ts";
import { PAID_APART, refuseHosted } from "./hosted.ts";
import { decodeRequest } from "./request-decode.ts";

const known = knownFields(
  [
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "user",
    "safety_identifier",
    "metadata",
    "tools",
    ...PAID_APART,
  ],
  REFUSED_FIELDS,
);
const readByModels = {
  texts: new Set(["messages"]),
  json: new Set(["tools", "functions", "response_format"]),
};
/** Below a channel's base URL. */
export const CHAT_PATH = "/chat/completions";
const NO_HEADERS: readonly string[] = [];
const STREAM_TYPE = "text/event-stream; charset=utf-8";
const MAXIMUM_CHOICES = 128;

/** Reads a chat completion request. Throws `invalid_json` with the place, or `invalid_request` with the field. */
export function decodeCall(body: Buffer): DecodedCall {
  const fields = readFields(body, known);
  const { byName, object } = fields;
  checkMessages(body, fields);
  const name = modelName(body, fields);
  const isStream = booleanValue(body, fields, "stream") ?? false;
  const usageOption = readUsageOption(body, fields);
  const maxTokens = countValue(body, fields, "max_tokens", MAXIMUM_OUTPUT);
  const maxCompletionTokens = countValue(body, fields, "max_completion_tokens", MAXIMUM_OUTPUT);
  textValue(body, fields, "user");
  const wantsStreamUsage = isStream && usageOption.asked;

  function bodyFor(target: Target): Buffer {
    const splices: Splice[] = [];
    const additions: string[] = [];
    if (target.upstreamModel !== name) splices.push(replace(byName.get("model"), JSON.stringify(target.upstreamModel)));
    if (isStream && !usageOption.asked) {
      if (usageOption.splice === null) additions.push('"stream_options":{"include_usage":true}');
      else splices.push(usageOption.splice);
    }
    if (target.outputLimit !== null) {
      const given = [
        { member: byName.get("max_tokens"), value: maxTokens },
        { member: byName.get("max_completion_tokens"), value: maxCompletionTokens },
      ];
      lowerLimit(target.outputLimit, given, splices, additions);
    }
    hideUser(body, fields, target.userPseudonym, splices);
    // There is at least the member model before the closing brace.
    if (additions.length > 0)
      splices.push({ start: object.end - 1, end: object.end - 1, text: `,${additions.join(",")}` });
    return applySplices(body, splices);
  }

  return {
    model: name,
    isStream,
    outputLimit: maxCompletionTokens ?? maxTokens,
    choices: countValue(body, fields, "n", MAXIMUM_CHOICES) ?? 1,
    size: promptSize(body, object, readByModels),
    streamContentType: STREAM_TYPE,
    wantsStreamUsage,
    canonical: () => decodeRequest(body),
    pass(target) {
      refuseHosted(body, fields, target.provider);
      return { path: CHAT_PATH, headers: NO_HEADERS, body: bodyFor(target) };
    },
  };
}

function checkMessages(body: Buffer, { byName }: Fields): void {
  const messages = byName.get("messages");
  if (messages === undefined || isNull(body, messages.valueStart)) {
    throw invalid(
      "messages",
      "缺少字段 messages，它应为消息的列表。",
      "the field messages is missing; it must be a list of messages.",
    );
  }
  if (body[messages.valueStart] !== 0x5b)
    throw invalid("messages", "字段 messages 应为列表。", "the field messages must be a list.");
  // It is JSON: nothing but blanks has so low a byte here.
  let inside = messages.valueStart + 1;
  while ((body[inside] ?? 0x5d) <= 0x20) inside++;
  if (body[inside] === 0x5d)
    throw invalid(
      "messages",
      "字段 messages 是空的，至少要有一条消息。",
      "the field messages is empty; it needs at least one message.",
    );
}
