import type {
  AssistantPart,
  CanonicalRequest,
  MediaPart,
  Message,
  ToolResultPart,
  UserPart,
} from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { invalid } from "../../json/plain-fields.ts";

export type EncodedInput = { readonly instructions: string | null; readonly input: readonly object[] };

/** Messages as instructions (the leading system texts) and input items, in their order. */
export function encodeInput({ messages }: CanonicalRequest, notes: Notes): EncodedInput {
  const first = messages.findIndex(({ role }) => role !== "system");
  const leading = first < 0 ? messages : messages.slice(0, first);
  const texts = leading.flatMap((message) => (message.role === "system" ? systemText(message) : []));
  const rest = first < 0 ? [] : messages.slice(first);
  const input = rest.flatMap((message) => encodeMessage(message, notes));
  for (const message of messages) noteCacheControl(message, notes);
  // Instructions alone are no input.
  if (input.length === 0)
    return { instructions: null, input: leading.flatMap((message) => encodeMessage(message, notes)) };
  return { instructions: texts.length === 0 ? null : texts.join("\n"), input };
}

/** Without what is nothing but blanks (case 4). */
function systemText(message: Extract<Message, { role: "system" }>): string[] {
  const text = message.parts.map((part) => part.text).join("\n");
  return text.trim() === "" ? [] : [text];
}

function noteCacheControl(message: Message, notes: Notes): void {
  const isMarked = (part: object): boolean =>
    ("cacheControl" in part && part.cacheControl !== undefined) ||
    ("parts" in part && Array.isArray(part.parts) && part.parts.some(isMarked));
  if (message.parts.some(isMarked)) notes.drop("cache_control");
}

function encodeMessage(message: Message, notes: Notes): object[] {
  switch (message.role) {
    case "system": {
      const role = message.isDeveloper === true ? "developer" : "system";
      return systemText(message).map((text) => ({ type: "message", role, content: [{ type: "input_text", text }] }));
    }
    case "user":
      if (message.parts.length === 0) return [];
      return [{ type: "message", role: "user", content: message.parts.map(encodeUserPart) }];
    case "assistant":
      return encodeAssistant(message.parts, notes);
    case "tool":
      return message.parts.map((part) => encodeResult(part, notes));
    default:
      return message satisfies never;
  }
}

function encodeUserPart(part: UserPart): object {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image":
      return { type: "input_image", image_url: urlOf(part), detail: part.detail ?? "auto" };
    case "document": {
      const { source, filename } = part;
      if (source.kind === "url") return { type: "input_file", file_url: source.url };
      return { type: "input_file", filename: filename ?? "document.pdf", file_data: urlOf(part) };
    }
    case "audio":
      throw invalid("input_audio", "这个模型的上游不接受音频。", "the upstream of this model takes no sound.");
    default:
      return part satisfies never;
  }
}

function urlOf({ source }: MediaPart): string {
  return source.kind === "url" ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

/** Texts next to each other share a message; media that a model made have no place in one, and follow as a user's. */
function encodeAssistant(parts: readonly AssistantPart[], notes: Notes): object[] {
  const items: object[] = [];
  let content: object[] = [];
  const close = () => {
    if (content.length > 0) items.push({ type: "message", role: "assistant", content });
    content = [];
  };
  for (const part of parts) {
    if (part.type === "text") {
      if (part.text !== "")
        content.push({ type: "output_text", text: part.text, annotations: (part.citations ?? []).map(encodeCitation) });
      continue;
    }
    if (part.type === "refusal") {
      content.push({ type: "refusal", refusal: part.text });
      continue;
    }
    close();
    switch (part.type) {
      case "reasoning":
        // Without its own encrypted content a thought is nothing to this vendor (case 22).
        if (part.signature?.protocol !== "openai-responses") notes.drop("reasoning");
        else {
          const summary = part.text === "" ? [] : [{ type: "summary_text", text: part.text }];
          items.push({ type: "reasoning", summary, encrypted_content: part.signature.value });
        }
        break;
      case "tool-call":
        items.push(
          part.isCustom === true
            ? { type: "custom_tool_call", call_id: part.id, name: part.name, input: part.arguments }
            : { type: "function_call", call_id: part.id, name: part.name, arguments: part.arguments },
        );
        break;
      case "image":
      case "document":
      case "audio":
        items.push({ type: "message", role: "user", content: [encodeUserPart(part)] });
        break;
      default:
        part satisfies never;
    }
  }
  close();
  return items;
}

export function encodeCitation(citation: {
  readonly url: string | null;
  readonly title: string | null;
  readonly start: number | null;
  readonly end: number | null;
}): object {
  const { url, title, start, end } = citation;
  return { type: "url_citation", url: url ?? "", title: title ?? "", start_index: start ?? 0, end_index: end ?? 0 };
}

/** A list of parts only where there is more than text: every server takes a text. */
function encodeResult(part: ToolResultPart, notes: Notes): object {
  if (part.isError) notes.drop("is_error");
  const isText = part.parts.every((each) => each.type === "text");
  const output = isText
    ? part.parts.map((each) => (each.type === "text" ? each.text : "")).join("\n")
    : part.parts.map(encodeUserPart);
  const type = part.isCustom === true ? "custom_tool_call_output" : "function_call_output";
  return { type, call_id: part.callId, output };
}
