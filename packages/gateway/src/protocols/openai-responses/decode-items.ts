import type {
  AssistantPart,
  MediaPart,
  Message,
  ReasoningPart,
  TextPart,
  ToolResultPart,
  UserPart,
} from "../../canonical/canonical-request.ts";
import { addressSource, bytesSource } from "../../canonical/media-source.ts";
import { splitId } from "../../canonical/signature.ts";
import { mediaTypeOf } from "../../canonical/sniff-media-type.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { flatName } from "./namespaces.ts";
import { readThought } from "./thought.ts";
import * as wire from "./wire.ts";

/** The items of an input as messages: what the model said in a row is one message, results in a row are one turn. */
export function decodeItems(input: wire.WireRequest["input"], unmapped: string[]): Message[] {
  if (input === undefined) return [];
  if (typeof input === "string") return [{ role: "user", parts: [{ type: "text", text: input }] }];
  const messages: Message[] = [];
  // Of the last message: lists of our own, which grow.
  let parts: unknown[] = [];
  for (const [index, item] of input.entries()) {
    const message = decodeItem(item, `input[${index}]`, unmapped);
    if (message === null) continue;
    const isJoined =
      (message.role === "assistant" || message.role === "tool") && messages.at(-1)?.role === message.role;
    if (isJoined) for (const part of message.parts) parts.push(part);
    else {
      const own = { ...message, parts: [...message.parts] } as Message;
      parts = own.parts as unknown[];
      messages.push(own);
    }
  }
  return messages;
}

function decodeItem(item: Readonly<Record<string, unknown>>, path: string, unmapped: string[]): Message | null {
  const type = item.type ?? (item.role === undefined ? undefined : "message");
  switch (type) {
    case "message":
      return decodeMessage(item, path, unmapped);
    case "function_call": {
      const { call_id, name, namespace, arguments: json } = readWire(wire.functionCall, item, path);
      unmapped.push(...unknownMembers(wire.functionCall, item, path));
      const { id, signature } = splitId(call_id);
      const call = { type: "tool-call", id, name: flatName(namespace, name), arguments: json || "{}" } as const;
      return assistant({ ...call, ...(signature && { signature }) });
    }
    case "custom_tool_call": {
      const { call_id, name, namespace, input } = readWire(wire.customToolCall, item, path);
      unmapped.push(...unknownMembers(wire.customToolCall, item, path));
      const { id, signature } = splitId(call_id);
      return assistant({
        type: "tool-call",
        id,
        name: flatName(namespace, name),
        arguments: input,
        isCustom: true,
        ...(signature && { signature }),
      });
    }
    case "function_call_output":
    case "custom_tool_call_output":
      return { role: "tool", parts: [decodeOutput(item, path, unmapped)] };
    case "reasoning": {
      const thought = readThought(readWire(wire.reasoningItem, item, path));
      return thought === null ? null : assistant(thought);
    }
    case "image_generation_call": {
      const image = decodeImageCall(readWire(wire.imageCall, item, path));
      return image === null ? null : assistant(image);
    }
    default: {
      const shown = typeof type === "string" ? type : JSON.stringify(type ?? null).slice(0, 80);
      throw invalid(
        `${path}.type`,
        `这个模型的上游没有输入项类型 ${shown}。`,
        `the upstream of this model has no input items of the type ${shown}.`,
      );
    }
  }
}

const assistant = (part: AssistantPart | ReasoningPart): Message => ({ role: "assistant", parts: [part] });

/** An image that a model made. */
export function decodeImageCall({ result }: { readonly result?: string | null | undefined }): MediaPart | null {
  if (result === null || result === undefined || result === "") return null;
  return { type: "image", source: { kind: "base64", mediaType: mediaTypeOf(result, "image/png"), data: result } };
}

function decodeMessage(item: object, path: string, unmapped: string[]): Message {
  const { role, content } = readWire(wire.message, item, path);
  unmapped.push(...unknownMembers(wire.message, item, path));
  const parts = typeof content === "string" ? [{ type: "input_text", text: content }] : content;
  const at = (index: number) => `${path}.content[${index}]`;
  switch (role) {
    case "user":
      return { role, parts: parts.map((part, index) => decodeUserPart(part, at(index), unmapped)) };
    case "assistant":
      return { role, parts: parts.map((part, index) => decodeAssistantPart(part, at(index), unmapped)) };
    case "system":
    case "developer": {
      const texts = parts.map((part, index) => textPart(decodeUserPart(part, at(index), unmapped), at(index)));
      return { role: "system", parts: texts, ...(role === "developer" && { isDeveloper: true }) };
    }
    default:
      return role satisfies never;
  }
}

function textPart(part: UserPart, path: string): TextPart {
  if (part.type === "text") return part;
  throw invalid(path, `系统消息 ${path} 只能是文本。`, `a system message holds nothing but text: ${path}.`);
}

function decodeAssistantPart(
  part: { readonly type: string },
  path: string,
  unmapped: string[],
): Exclude<AssistantPart, ReasoningPart> {
  if (part.type === "refusal") return { type: "refusal", text: readWire(wire.refusal, part, path).refusal };
  if (part.type === "output_text") return decodeOutputText(readWire(wire.outputText, part, path));
  return decodeUserPart(part, path, unmapped);
}

/** Text that a model wrote, with where it has it from. */
export function decodeOutputText({
  text,
  annotations,
}: Pick<ReturnType<typeof wire.outputText.parse>, "text" | "annotations">): TextPart {
  const citations = (annotations ?? []).flatMap((each) => {
    const citation = decodeAnnotation(each);
    return citation === null ? [] : [citation];
  });
  return { type: "text", text, ...(citations.length > 0 && { citations }) };
}

export function decodeAnnotation(annotation: Readonly<Record<string, unknown>>) {
  if (annotation.type !== "url_citation") return null;
  const { url, title, start_index, end_index } = annotation;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  return { url: text(url), title: text(title), citedText: null, start: number(start_index), end: number(end_index) };
}

function decodeOutput(item: object, path: string, unmapped: string[]): ToolResultPart {
  const { type, call_id, output, name, namespace } = readWire(wire.callOutput, item, path);
  unmapped.push(...unknownMembers(wire.callOutput, item, path));
  const parts: UserPart[] =
    typeof output === "string"
      ? [{ type: "text", text: output }]
      : output.map((part, index) => decodeUserPart(part, `${path}.output[${index}]`, unmapped));
  const isCustom = type === "custom_tool_call_output";
  const callId = splitId(call_id).id;
  return {
    type: "tool-result",
    callId,
    name: name ? flatName(namespace, name) : null,
    parts,
    isError: false,
    ...(isCustom && { isCustom }),
  };
}

function decodeUserPart(part: { readonly type: string }, path: string, unmapped: string[]): UserPart {
  switch (part.type) {
    case "input_text":
    case "output_text":
    case "text": {
      const read = readWire(wire.inputText.extend({ type: wire.contentPart.shape.type }), part, path);
      if (part.type === "input_text") unmapped.push(...unknownMembers(wire.inputText, part, path));
      return { type: "text", text: read.text };
    }
    case "input_image": {
      const { image_url, file_id, detail } = readWire(wire.inputImage, part, path);
      unmapped.push(...unknownMembers(wire.inputImage, part, path));
      refuseFileId(file_id, path);
      if (!image_url) throw missing(`${path}.image_url`);
      return {
        type: "image",
        source: addressSource(image_url, "image/png", `${path}.image_url`),
        ...(detail && { detail }),
      };
    }
    case "input_file": {
      const { file_data, file_url, file_id, filename } = readWire(wire.inputFile, part, path);
      unmapped.push(...unknownMembers(wire.inputFile, part, path));
      refuseFileId(file_id, path);
      if (!file_data && !file_url) throw missing(`${path}.file_data`);
      const source = file_data
        ? bytesSource(file_data, "application/pdf", `${path}.file_data`)
        : addressSource(file_url ?? "", "application/pdf", `${path}.file_url`);
      return { type: "document", source, ...(filename && { filename }) };
    }
    case "input_audio": {
      const { data, format } = readWire(wire.inputAudio, part, path).input_audio;
      const named = format === "mp3" ? "audio/mpeg" : `audio/${format}`;
      return { type: "audio", source: bytesSource(data, named, `${path}.input_audio.data`) };
    }
    default:
      throw invalid(
        `${path}.type`,
        `这个模型的上游没有内容类型 ${part.type}。`,
        `the upstream of this model has no content of the type ${part.type}.`,
      );
  }
}

/** A file stored with one vendor is nothing to another (case 27). */
function refuseFileId(id: string | null | undefined, path: string): void {
  if (id === null || id === undefined) return;
  throw invalid(
    `${path}.file_id`,
    "这个模型的上游不认识 file_id，请直接发送内容。",
    "the upstream of this model knows no file ids; send the content itself.",
  );
}

function missing(path: string): Error {
  return invalid(path, `缺少字段 ${path}。`, `the field ${path} is missing.`);
}
