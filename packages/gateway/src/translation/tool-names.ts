import { createHash } from "node:crypto";
import type { CanonicalReply } from "../canonical/canonical-reply.ts";
import type { AssistantPart, CanonicalRequest, Message, ToolChoice } from "../canonical/canonical-request.ts";
import type { Protocol } from "../canonical/protocol.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";

const HASH_LENGTH = 8;

/** Tool names that a vendor takes, in place of those it doesn't, and the way back (case 13). */
export class ToolNames {
  readonly #short = new Map<string, string>();
  readonly #original = new Map<string, string>();

  /** Null where every name of the request is taken as it is. */
  static for(request: CanonicalRequest, rule: Protocol["toolNames"]): ToolNames | null {
    if (rule === null) return null;
    const isTaken = (name: string) => name.length <= rule.maximum && rule.pattern.test(name);
    const names = namesIn(request);
    if ([...names].every(isTaken)) return null;
    const renames = new ToolNames();
    for (const name of names) if (!isTaken(name)) renames.#add(name, rule.maximum);
    return renames;
  }

  /** The request with the names that the vendor takes. */
  apply(request: CanonicalRequest): CanonicalRequest {
    const short = (name: string) => this.#short.get(name) ?? name;
    return {
      ...request,
      tools: request.tools.map((tool) => ({ ...tool, name: short(tool.name) })),
      toolChoice: renamedChoice(request.toolChoice, short),
      messages: request.messages.map((message) => renamedMessage(message, short)),
    };
  }

  restoreEvent(event: ReplyEvent): ReplyEvent {
    return event.type === "tool-input-start" ? { ...event, name: this.#restore(event.name) } : event;
  }

  restoreReply(reply: CanonicalReply): CanonicalReply {
    const restored = (part: AssistantPart) =>
      part.type === "tool-call" ? { ...part, name: this.#restore(part.name) } : part;
    return { ...reply, choices: reply.choices.map((choice) => ({ ...choice, parts: choice.parts.map(restored) })) };
  }

  #restore(name: string): string {
    return this.#original.get(name) ?? name;
  }

  /** Legible where possible, unique by a hash of the whole name, the same in every turn. */
  #add(name: string, maximum: number): void {
    const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
    const plain = name.replace(/[^a-zA-Z0-9_-]/g, "_").replace(/^[^a-zA-Z_]/, "_");
    const short = `${plain.slice(0, maximum - HASH_LENGTH - 1)}_${hash}`;
    this.#short.set(name, short);
    this.#original.set(short, name);
  }
}

function namesIn(request: CanonicalRequest): Set<string> {
  const names = new Set(request.tools.map((tool) => tool.name));
  for (const message of request.messages) {
    if (message.role === "assistant")
      for (const part of message.parts) if (part.type === "tool-call") names.add(part.name);
    if (message.role === "tool") for (const part of message.parts) if (part.name !== null) names.add(part.name);
  }
  return names;
}

function renamedChoice(choice: ToolChoice | null, short: (name: string) => string): ToolChoice | null {
  if (choice?.kind === "named") return { ...choice, name: short(choice.name) };
  if (choice?.kind === "allowed") return { ...choice, names: choice.names.map(short) };
  return choice;
}

function renamedMessage(message: Message, short: (name: string) => string): Message {
  if (message.role === "assistant")
    return {
      ...message,
      parts: message.parts.map((part) => (part.type === "tool-call" ? { ...part, name: short(part.name) } : part)),
    };
  if (message.role === "tool")
    return {
      ...message,
      parts: message.parts.map((part) => (part.name === null ? part : { ...part, name: short(part.name) })),
    };
  return message;
}
