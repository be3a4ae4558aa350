import type { AssistantPart, Message, ReasoningPart, ToolCallPart } from "../../canonical/canonical-request.ts";
import { type Signature, splitId } from "../../canonical/signature.ts";
import { invalid } from "../../json/plain-fields.ts";
import { unknownMembers } from "../../json/wire.ts";
import { decodeAnnotation } from "./annotations.ts";
import { decodeTexts, decodeUserParts } from "./part-decode.ts";
import { decodeDetails } from "./reasoning-details.ts";
import { callSignature } from "./tool-signature.ts";
import { callSchema, messageSchemas, type WireAssistant, type WireMessage } from "./wire.ts";

/** The messages in their order. Throws `invalid_request` naming what has no counterpart elsewhere; what is only left out goes into `unmapped`. */
export function decodeMessages(messages: readonly WireMessage[], unmapped: string[]): Message[] {
  const decoded: Message[] = [];
  // Results of the older functions name no call: they answer the last one of their name.
  const functionCalls = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    unmapped.push(...unknownMembers(messageSchemas[kindOf(message)], message, path));
    decoded.push(...decodeMessage(message, path, unmapped, functionCalls));
  }
  return decoded;
}

function kindOf({ role }: WireMessage): keyof typeof messageSchemas {
  return role === "developer" ? "system" : role;
}

function decodeMessage(
  message: WireMessage,
  path: string,
  unmapped: string[],
  functionCalls: Map<string, string>,
): Message[] {
  const contentPath = `${path}.content`;
  switch (message.role) {
    case "system":
    case "developer": {
      const parts = decodeTexts(message.content, contentPath, unmapped);
      // Blank instructions say nothing, and some vendors refuse them (case 4).
      if (parts.every(({ text }) => text.trim() === "")) return [];
      return [{ role: "system", parts, ...(message.role === "developer" && { isDeveloper: true }) }];
    }
    case "user": {
      const parts = decodeUserParts(message.content, contentPath, unmapped);
      if (parts.length > 0) return [{ role: "user", parts }];
      throw invalid(contentPath, `字段 ${contentPath} 是空的。`, `the field ${contentPath} is empty.`);
    }
    case "assistant": {
      const parts = decodeAssistant(message, path, unmapped, functionCalls);
      return parts.length === 0 ? [] : [{ role: "assistant", parts }];
    }
    case "tool":
      return [result(splitId(message.tool_call_id).id, null, decodeUserParts(message.content, contentPath, unmapped))];
    case "function": {
      const { name } = message;
      const id = functionCalls.get(name) ?? functionCallId(functionCalls.size, name);
      return [result(id, name, decodeUserParts(message.content, contentPath, unmapped))];
    }
    default:
      return message satisfies never;
  }
}

function result(callId: string, name: string | null, parts: ReturnType<typeof decodeUserParts>): Message {
  return { role: "tool", parts: [{ type: "tool-result", callId, name, parts, isError: false }] };
}

function decodeAssistant(
  message: WireAssistant,
  path: string,
  unmapped: string[],
  functionCalls: Map<string, string>,
): AssistantPart[] {
  if (message.audio) {
    throw invalid(
      `${path}.audio`,
      "音频编号只在原供应商处有效，请改用文字。",
      "an audio id is only known to its own vendor; send the transcript as content instead.",
    );
  }
  const parts: AssistantPart[] = [...decodeThoughts(message)];
  if (typeof message.content === "string") {
    const citations = (message.annotations ?? []).flatMap(decodeAnnotation);
    if (message.content !== "")
      parts.push({ type: "text", text: message.content, ...(citations.length > 0 && { citations }) });
  } else {
    for (const [index, part] of (message.content ?? []).entries()) {
      if (part.type === "refusal") parts.push({ type: "refusal", text: part.refusal ?? "" });
      else parts.push(...decodeUserParts([part], `${path}.content`, unmapped).map((each) => named(each, index, path)));
    }
  }
  if (message.refusal) parts.push({ type: "refusal", text: message.refusal });
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    const callPath = `${path}.tool_calls[${index}]`;
    unmapped.push(...unknownMembers(callSchema, call, callPath));
    parts.push(decodeCall(call, callPath));
  }
  if (message.function_call) {
    const { name, arguments: given } = message.function_call;
    const id = functionCallId(functionCalls.size, name);
    functionCalls.set(name, id);
    parts.push({ type: "tool-call", id, name, arguments: argumentsText(given) });
  }
  return parts;
}

/** Media in an answer of the past, as far as they are there as bytes. */
function named(part: ReturnType<typeof decodeUserParts>[number], index: number, path: string): AssistantPart {
  if (part.type !== "document") return part;
  throw invalid(
    `${path}.content[${index}].type`,
    "回答中不能有文件。",
    "a file can't stand in an answer of the assistant.",
  );
}

function decodeThoughts({ reasoning_details, reasoning_content, reasoning }: WireAssistant): ReasoningPart[] {
  const plain = reasoning_content ?? reasoning ?? "";
  const parts = decodeDetails(reasoning_details ?? []);
  if (parts.length === 0) return plain === "" ? [] : [{ type: "reasoning", text: plain, signature: null }];
  const first = parts.findIndex((part) => part.isRedacted !== true);
  // Details that hold nothing but the proof belong to the text beside them.
  if (plain === "" || parts.some((part) => part.text !== "")) return parts;
  if (first < 0) return [{ type: "reasoning", text: plain, signature: null }, ...parts];
  return parts.map((part, index) => (index === first ? { ...part, text: plain } : part));
}

type WireCall = NonNullable<WireAssistant["tool_calls"]>[number];

function decodeCall(call: WireCall, path: string): ToolCallPart {
  const { id, signature: carried } = splitId(call.id ?? "");
  if (id === "") throw invalid(`${path}.id`, `缺少字段 ${path}.id。`, `the field ${path}.id is missing.`);
  const signature: Signature | null = carried ?? callSignature(call);
  if (call.custom) {
    const { name, input } = call.custom;
    return { type: "tool-call", id, name, arguments: input ?? "", isCustom: true, ...(signature && { signature }) };
  }
  if (!call.function)
    throw invalid(`${path}.function`, `缺少字段 ${path}.function。`, `the field ${path}.function is missing.`);
  const { name, arguments: given } = call.function;
  return { type: "tool-call", id, name, arguments: argumentsText(given), ...(signature && { signature }) };
}

/** No arguments are an empty object (case 9); some servers and clients write an object in place of its text. */
export function argumentsText(value: unknown): string {
  if (value === undefined || value === null || value === "") return "{}";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function functionCallId(count: number, name: string): string {
  return `call_${count}_${name}`;
}
