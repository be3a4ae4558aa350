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
import { encodeCall } from "./tools.ts";

type Encoded = Readonly<Record<string, unknown>>;

/** The messages as /api/chat takes them, every one in its place. */
export function encodeMessages({ messages }: CanonicalRequest, notes: Notes): Encoded[] {
  const encoded: Encoded[] = [];
  const names = namesOfCalls(messages);
  /** Pictures in results: models read them in a message of the user, behind the results of the turn (case 8). */
  let pictures: string[] = [];
  const release = () => {
    if (pictures.length > 0) encoded.push({ role: "user", content: "", images: pictures });
    pictures = [];
  };
  for (const message of messages) {
    if (message.role !== "tool") release();
    noteCaching(message.parts, notes);
    switch (message.role) {
      case "system": {
        const content = message.parts.map(({ text }) => text).join("\n");
        if (content.trim() !== "") encoded.push({ role: "system", content });
        break;
      }
      case "user":
        encoded.push({ role: "user", ...encodeContent(message.parts, notes) });
        break;
      case "assistant":
        encoded.push({ role: "assistant", ...encodeAnswer(message.parts, notes) });
        break;
      case "tool":
        for (const part of message.parts) {
          const { images, content } = encodeContent(part.parts, notes);
          pictures.push(...(images ?? []));
          encoded.push({ role: "tool", content, ...resultOf(part, names, notes) });
        }
        break;
      default:
        message satisfies never;
    }
  }
  release();
  return encoded;
}

function encodeContent(parts: readonly UserPart[], notes: Notes): { content: string; images?: string[] } {
  const content = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const images = parts.flatMap((part) => (part.type === "text" ? [] : [encodeImage(part, notes)]));
  return images.length === 0 ? { content } : { content, images };
}

/** What Ollama calls `tool_name` stands in the history where the protocol of the client doesn't repeat it. */
function resultOf(part: ToolResultPart, names: ReadonlyMap<string, string>, notes: Notes): Encoded {
  if (part.isError) notes.drop("tool_result.is_error");
  const name = part.name ?? names.get(part.callId);
  return { ...(name !== undefined && { tool_name: name }), tool_call_id: part.callId };
}

function encodeAnswer(parts: readonly AssistantPart[], notes: Notes): Encoded {
  const texts: string[] = [];
  const thoughts: string[] = [];
  const images: string[] = [];
  const calls: object[] = [];
  for (const part of parts) {
    switch (part.type) {
      case "text":
      case "refusal":
        texts.push(part.text);
        break;
      case "reasoning":
        // Opaque to everybody but its vendor.
        if (part.isRedacted === true) notes.drop("redacted_thinking");
        else thoughts.push(part.text);
        break;
      case "tool-call":
        calls.push(encodeCall(part, calls.length, false));
        break;
      default:
        images.push(encodeImage(part, notes));
    }
  }
  return {
    content: texts.join(""),
    ...(thoughts.length > 0 && { thinking: thoughts.join("\n") }),
    ...(images.length > 0 && { images }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** Base64 without a prefix (case 25). Throws for what is no picture, and for one that nobody could fetch. */
function encodeImage({ type, source, detail }: MediaPart, notes: Notes): string {
  if (type !== "image")
    throw invalid(
      "messages",
      "这个模型的上游（Ollama）只接受文字和图片，不接受文件或音频。",
      "the upstream of this model (Ollama) takes texts and images, neither documents nor sound.",
    );
  if (source.kind === "url")
    throw invalid(
      "messages",
      "这个模型的上游（Ollama）只接受 base64 图片。",
      "the upstream of this model (Ollama) takes images as base64 only.",
    );
  if (detail !== undefined) notes.drop("image_url.detail");
  return source.data;
}

function namesOfCalls(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const message of messages) {
    if (message.role !== "assistant") continue;
    for (const part of message.parts) if (part.type === "tool-call") names.set(part.id, part.name);
  }
  return names;
}

/** Marks for a cache that only their own vendor keeps (case 28). */
function noteCaching(parts: Message["parts"], notes: Notes): void {
  if (parts.some((part) => "cacheControl" in part && part.cacheControl !== undefined)) notes.drop("cache_control");
}
