import type { MediaPart, Message, ToolResultPart, UserPart } from "../../canonical/canonical-request.ts";
import { bytesSource } from "../../canonical/media-source.ts";
import { splitId } from "../../canonical/signature.ts";
import { fieldPath, unknownMembers } from "../../json/wire.ts";
import { decodeCall } from "./tools.ts";
import { messageSchema, type WireMessage } from "./wire.ts";

/** The messages of a chat, in their order; members without a counterpart go into `unmapped`. */
export function decodeMessages(messages: readonly WireMessage[], unmapped: string[]): Message[] {
  const calls = new OpenCalls();
  return messages.map((message, index) => {
    const path = fieldPath("messages", [index]);
    unmapped.push(...unknownMembers(messageSchema, message, path), ...misplaced(message, path));
    const text = message.content ?? "";
    switch (message.role) {
      case "system":
        return { role: "system", parts: [{ type: "text", text }] };
      case "user":
        return { role: "user", parts: decodeContent(text, message.images, path) };
      case "assistant":
        return decodeAnswer(message, index, calls);
      case "tool":
        return { role: "tool", parts: [decodeResult(message, index, calls)] };
      default:
        return message.role satisfies never;
    }
  });
}

/** Pictures stand before the text, where Ollama's templates put them. */
export function decodeContent(text: string, images: WireMessage["images"], path: string): UserPart[] {
  const parts: UserPart[] = decodeImages(images, path);
  if (text !== "" || parts.length === 0) parts.push({ type: "text", text });
  return parts;
}

function decodeAnswer(message: WireMessage, index: number, calls: OpenCalls): Message {
  const { content, thinking, images, tool_calls } = message;
  const made = (tool_calls ?? []).map((call, place) => decodeCall(call, `call_${index}_${place}`));
  calls.open(made);
  return {
    role: "assistant",
    parts: [
      ...(thinking ? [{ type: "reasoning", text: thinking, signature: null } as const] : []),
      ...decodeImages(images, fieldPath("messages", [index])),
      ...(content ? [{ type: "text", text: content } as const] : []),
      ...made,
    ],
  };
}

function decodeResult(message: WireMessage, index: number, calls: OpenCalls): ToolResultPart {
  const { tool_call_id, tool_name } = message;
  const call = calls.answer(tool_call_id ? splitId(tool_call_id).id : null, tool_name || null);
  return {
    type: "tool-result",
    callId: call?.id ?? (tool_call_id ? splitId(tool_call_id).id : `call_${index}`),
    name: tool_name || (call?.name ?? null),
    parts: decodeContent(message.content ?? "", message.images, fieldPath("messages", [index])),
    isError: false,
  };
}

function decodeImages(images: WireMessage["images"], path: string): MediaPart[] {
  return (images ?? []).map((image, index) => {
    // Some apps leave the prefix of a data URL on; Ollama wants it off.
    return { type: "image", source: bytesSource(image, null, fieldPath(path, ["images", index])) };
  });
}

/** Members that mean something only in messages of another role. */
function misplaced({ role, ...message }: WireMessage, path: string): string[] {
  const names = {
    system: ["thinking", "images", "tool_calls", "tool_name", "tool_call_id"],
    user: ["thinking", "tool_calls", "tool_name", "tool_call_id"],
    assistant: ["tool_name", "tool_call_id"],
    tool: ["thinking", "tool_calls"],
  }[role];
  const isSaid = (value: unknown) => value !== undefined && value !== null && value !== "" && !isEmptyList(value);
  return names.filter((name) => isSaid(message[name])).map((name) => `${path}.${name}`);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

type OpenCall = { readonly id: string; readonly name: string; isAnswered: boolean };
/** In order; `first`: where the first lies that may still wait. */
type Queue = { readonly calls: OpenCall[]; first: number };

/** Calls that wait for their results: many clients of Ollama name no ids, and a result belongs to the first call of its name. */
class OpenCalls {
  readonly #byId = new Map<string, Queue>();
  readonly #byName = new Map<string, Queue>();
  readonly #all: Queue = { calls: [], first: 0 };

  open(calls: readonly { readonly id: string; readonly name: string }[]): void {
    for (const { id, name } of calls) {
      const call = { id, name, isAnswered: false };
      queueOf(this.#byId, id).calls.push(call);
      queueOf(this.#byName, name).calls.push(call);
      this.#all.calls.push(call);
    }
  }

  answer(id: string | null, name: string | null): { readonly id: string; readonly name: string } | null {
    const queue = id !== null ? this.#byId.get(id) : name === null ? this.#all : this.#byName.get(name);
    if (queue === undefined) return null;
    while (queue.calls[queue.first]?.isAnswered === true) queue.first++;
    const call = queue.calls[queue.first];
    if (call === undefined) return null;
    call.isAnswered = true;
    return call;
  }
}

function queueOf(queues: Map<string, Queue>, key: string): Queue {
  const queue = queues.get(key) ?? { calls: [], first: 0 };
  queues.set(key, queue);
  return queue;
}
