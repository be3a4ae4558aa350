import type { DecodedCall } from "../../canonical/protocol.ts";
import type { Target } from "../../canonical/target.ts";
import { scanObject } from "../../json/json-scanner.ts";
import { type Fields, invalid, knownFields, readFields } from "../../json/plain-fields.ts";
import { applySplices, type Splice } from "../../json/splice.ts";
import { promptSize } from "../../tokens/prompt-size.ts";
import { decodeRequest } from "./request-decode.ts";

const known = knownFields(
  ["model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "user"],
  ["models", "provider", "service_tier", "route"],
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
/** More is no answer anybody waits for, and upstreams keep limits in 32 bits. */
const MAXIMUM_OUTPUT = 2_147_483_647;

type Span = { readonly start: number; readonly end: number };

/** Reads a chat completion request. Throws `invalid_json` with the place, or `invalid_request` with the field. */
export function decodeCall(body: Buffer): DecodedCall {
  const fields = readFields(body, known);
  const { byName, object } = fields;
  checkMessages(body, fields);
  const model = byName.get("model");
  const name = model && textValue(body, fields, "model");
  if (model === undefined || name === undefined || name === null || name === "") {
    throw invalid(
      "model",
      "缺少字段 model，它应为模型名称。",
      "the field model is missing; it must be the name of a model.",
    );
  }
  const isStream = booleanValue(body, fields, "stream") ?? false;
  const usageOption = readUsageOption(body, fields);
  const maxTokens = countValue(body, fields, "max_tokens", MAXIMUM_OUTPUT);
  const maxCompletionTokens = countValue(body, fields, "max_completion_tokens", MAXIMUM_OUTPUT);
  textValue(body, fields, "user");
  const wantsStreamUsage = isStream && usageOption.asked;

  function bodyFor(target: Target): Buffer {
    const splices: Splice[] = [];
    const additions: string[] = [];
    if (target.upstreamModel !== name) splices.push(replace(model, JSON.stringify(target.upstreamModel)));
    if (isStream && !usageOption.asked) {
      if (usageOption.splice === null) additions.push('"stream_options":{"include_usage":true}');
      else splices.push(usageOption.splice);
    }
    if (target.outputLimit !== null) lowerLimit(target.outputLimit, splices, additions);
    const user = byName.get("user");
    if (user !== undefined && !isNull(body, user.valueStart))
      splices.push(replace(user, JSON.stringify(target.userPseudonym)));
    // There is at least the member model before the closing brace.
    if (additions.length > 0)
      splices.push({ start: object.end - 1, end: object.end - 1, text: `,${additions.join(",")}` });
    return applySplices(body, splices);
  }

  function lowerLimit(limit: number, splices: Splice[], additions: string[]): void {
    const text = String(limit);
    const given = [
      { member: byName.get("max_tokens"), value: maxTokens },
      { member: byName.get("max_completion_tokens"), value: maxCompletionTokens },
    ];
    let isGiven = false;
    for (const { member, value } of given) {
      if (member === undefined || value === null) continue;
      isGiven = true;
      if (value > limit) splices.push(replace(member, text));
    }
    if (isGiven) return;
    // An explicit null must give way, or the name would stand there twice.
    const empty = byName.get("max_tokens");
    if (empty === undefined) additions.push(`"max_tokens":${text}`);
    else splices.push(replace(empty, text));
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
    pass: (target) => ({ path: CHAT_PATH, headers: NO_HEADERS, body: bodyFor(target) }),
  };
}

function replace(member: { readonly valueStart: number; readonly valueEnd: number } | undefined, text: string): Splice {
  return { start: member?.valueStart ?? 0, end: member?.valueEnd ?? 0, text };
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
  const inside = body
    .toString("latin1", messages.valueStart + 1, Math.min(messages.valueEnd, messages.valueStart + 64))
    .trimStart();
  const isEmpty =
    inside.startsWith("]") ||
    (inside === "" && body.toString("latin1", messages.valueStart + 1, messages.valueEnd - 1).trim() === "");
  if (isEmpty)
    throw invalid(
      "messages",
      "字段 messages 是空的，至少要有一条消息。",
      "the field messages is empty; it needs at least one message.",
    );
}

function isNull(body: Buffer, start: number): boolean {
  return body[start] === 0x6e;
}

/** A text, or null where the field is missing or null. */
function textValue(body: Buffer, { byName }: Fields, name: string): string | null {
  const member = byName.get(name);
  if (member === undefined || isNull(body, member.valueStart)) return null;
  if (body[member.valueStart] !== 0x22)
    throw invalid(name, `字段 ${name} 应为字符串。`, `the field ${name} must be a string.`);
  return String(JSON.parse(body.toString("utf8", member.valueStart, member.valueEnd)));
}

function booleanValue(body: Buffer, { byName }: Fields, name: string): boolean | null {
  const member = byName.get(name);
  if (member === undefined || isNull(body, member.valueStart)) return null;
  const first = body[member.valueStart];
  if (first === 0x74) return true;
  if (first === 0x66) return false;
  throw invalid(name, `字段 ${name} 应为 true 或 false。`, `the field ${name} must be true or false.`);
}

/** A whole number from 1 to `most`, or null where the field is missing or null. */
function countValue(body: Buffer, { byName }: Fields, name: string, most: number): number | null {
  const member = byName.get(name);
  if (member === undefined || isNull(body, member.valueStart)) return null;
  const first = body[member.valueStart] ?? 0;
  const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
  const value = isNumber ? Number(body.toString("latin1", member.valueStart, member.valueEnd)) : Number.NaN;
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalid(
    name,
    `字段 ${name} 应为 1 到 ${most} 的整数。`,
    `the field ${name} must be a whole number from 1 to ${most}.`,
  );
}

/** Whether the client asked for usage, and the splice that asks in its stead (null: there is no stream_options to put it in). */
function readUsageOption(body: Buffer, { byName }: Fields): { asked: boolean; splice: Splice | null } {
  const member = byName.get("stream_options");
  if (member === undefined) return { asked: false, splice: null };
  if (isNull(body, member.valueStart)) return { asked: false, splice: replace(member, '{"include_usage":true}') };
  if (body[member.valueStart] !== 0x7b)
    throw invalid("stream_options", "字段 stream_options 应为对象。", "the field stream_options must be an object.");
  const inner = scanObject(body.subarray(member.valueStart, member.valueEnd));
  let option: Span | null = null;
  for (const each of inner.members) {
    const raw = body.toString("utf8", member.valueStart + each.keyStart, member.valueStart + each.keyEnd);
    const name = each.keyHasEscape ? String(JSON.parse(`"${raw}"`)) : raw;
    if (name.toUpperCase().toLowerCase() !== "include_usage") continue;
    if (option !== null || raw !== "include_usage") {
      throw invalid(
        "stream_options.include_usage",
        "include_usage 只能写一次，且不用转义。",
        "include_usage must be there once and spelled plainly.",
      );
    }
    option = { start: member.valueStart + each.valueStart, end: member.valueStart + each.valueEnd };
  }
  if (option === null) {
    const text = `"include_usage":true${inner.members.length > 0 ? "," : ""}`;
    return { asked: false, splice: { start: member.valueStart + 1, end: member.valueStart + 1, text } };
  }
  const first = body[option.start];
  if (first === 0x74) return { asked: true, splice: null };
  if (first === 0x66 || first === 0x6e) return { asked: false, splice: { ...option, text: "true" } };
  throw invalid(
    "stream_options.include_usage",
    "include_usage 应为 true 或 false。",
    "include_usage must be true or false.",
  );
}
