import type { CanonicalReply } from "../canonical/canonical-reply.ts";
import type { AssistantPart, CanonicalRequest, Message, Tool } from "../canonical/canonical-request.ts";
import type { Emit, ReplyEvent } from "../canonical/reply-event.ts";
import { FreeTextReader, freeTextOf, INPUT } from "./free-text-reader.ts";

/**
 * Tools that take free text (OpenAI's custom tools, which Codex edits files with), for upstreams that know only JSON: such a tool becomes a function
 * with one text argument, and its calls are free text again on the way back.
 */
export class FreeTextTools {
  readonly #names: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  /** Null where the request has none, or the upstream takes them as they are. */
  static for(request: CanonicalRequest, isTaken: boolean): FreeTextTools | null {
    if (isTaken) return null;
    const names = new Set(request.tools.filter((tool) => tool.custom !== undefined).map((tool) => tool.name));
    const isCalled = request.messages.some((message) => message.parts.some((part) => "isCustom" in part));
    return names.size === 0 && !isCalled ? null : new FreeTextTools(names);
  }

  /** The request as the upstream takes it. */
  apply(request: CanonicalRequest): CanonicalRequest {
    return { ...request, tools: request.tools.map(asFunction), messages: request.messages.map(withJson) };
  }

  restoreReply(reply: CanonicalReply): CanonicalReply {
    const restored = (part: AssistantPart): AssistantPart =>
      part.type === "tool-call" && this.#names.has(part.name)
        ? { ...part, arguments: freeTextOf(part.arguments), isCustom: true }
        : part;
    return { ...reply, choices: reply.choices.map((choice) => ({ ...choice, parts: choice.parts.map(restored) })) };
  }

  /** Puts itself before whoever takes the events of one stream. */
  restoring(emit: Emit): Emit {
    const readers = new Map<string, FreeTextReader>();
    return (event) => {
      if (event.type === "tool-input-start" && this.#names.has(event.name)) {
        readers.set(keyOf(event), new FreeTextReader());
        emit({ ...event, isCustom: true });
        return;
      }
      const isInput = event.type === "tool-input-delta" || event.type === "tool-input-end";
      const reader = isInput ? readers.get(keyOf(event)) : undefined;
      if (!isInput || reader === undefined) {
        emit(event);
        return;
      }
      const text = event.type === "tool-input-delta" ? reader.add(event.text) : reader.end();
      const { choice, block } = event;
      if (text !== "") emit({ type: "tool-input-delta", choice, block, text });
      if (event.type === "tool-input-end") emit(event);
    };
  }
}

function keyOf({ choice, block }: Extract<ReplyEvent, { block: number }>): string {
  return `${choice}/${block}`;
}

/** A grammar can't be enforced there, but told. */
function asFunction(tool: Tool): Tool {
  const { custom, ...rest } = tool;
  if (custom === undefined) return tool;
  const isPlain = typeof custom.format !== "object" || custom.format === null || !("definition" in custom.format);
  const described = isPlain ? {} : { description: `Text by this grammar: ${JSON.stringify(custom.format)}` };
  const parameters = {
    type: "object",
    properties: { [INPUT]: { type: "string", ...described } },
    required: [INPUT],
    additionalProperties: false,
  };
  return { ...rest, parameters };
}

function withJson(message: Message): Message {
  if (message.role === "assistant")
    return {
      ...message,
      parts: message.parts.map((part) => {
        if (part.type !== "tool-call" || part.isCustom !== true) return part;
        const { isCustom, ...rest } = part;
        return { ...rest, arguments: JSON.stringify({ [INPUT]: part.arguments }) };
      }),
    };
  if (message.role === "tool") return { ...message, parts: message.parts.map(({ isCustom, ...rest }) => rest) };
  return message;
}
