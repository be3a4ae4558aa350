import type { AppError } from "@lyceum/domain";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { ReplyContext, StreamEncoder } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { carryInId } from "../../canonical/signature.ts";
import { encodeAnnotation } from "./annotations.ts";
import { encodeStreamError } from "./errors.ts";
import { encodeFinish } from "./finish.ts";
import { STREAM_END } from "./listener.ts";
import { encodeDetail } from "./reasoning-details.ts";
import { encodeAudio, encodeImage, replyId } from "./reply-encode.ts";
import { encodeUsage } from "./usage.ts";

type Tool = { readonly index: number; readonly isCustom: boolean; hasInput: boolean };
type Choice = {
  hasBegun: boolean;
  finish: FinishReason | null;
  /** How much text there was before the block that is open, and is now. */
  blockStart: number;
  textLength: number;
  thought: string;
  isRedacted: boolean;
  thoughts: number;
  readonly tools: Map<number, Tool>;
};

/** Writes a streamed answer as chat completion chunks; see StreamEncoder for what is held back. */
export function encodeStream(context: ReplyContext): StreamEncoder {
  return new ChatEncoder(context);
}

class ChatEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #usesFunctions: boolean;
  readonly #showsThoughts: boolean;
  readonly #choices = new Map<number, Choice>();
  #head = "";
  #usage: Extract<ReplyEvent, { type: "usage" }>["usage"] = null;

  constructor(context: ReplyContext) {
    this.#context = context;
    const { usesFunctions = false, reasoning } = context.request();
    this.#usesFunctions = usesFunctions;
    this.#showsThoughts = reasoning?.showsThoughts !== false;
  }

  encode(event: ReplyEvent): string {
    switch (event.type) {
      case "start":
        this.#head = this.#headFor(event.id);
        return "";
      case "usage":
        this.#usage = event.usage;
        return "";
      case "error":
        return "";
      case "finish":
        this.#choice(event.choice).finish = event.reason;
        return "";
      default: {
        const delta = this.#delta(event, this.#choice(event.choice));
        return delta === null ? "" : this.#chunk(event.choice, delta, null, logprobsOf(event));
      }
    }
  }

  end(): string {
    let text = "";
    for (const [index, { finish, tools }] of [...this.#choices].toSorted(([one], [other]) => one - other)) {
      if (finish === null) continue;
      // A call may have come behind the upstream's reason.
      const reason = finish === "stop" && tools.size > 0 ? "tool-calls" : finish;
      text += this.#chunk(index, {}, encodeFinish(reason, this.#usesFunctions), null);
    }
    if (this.#context.wantsStreamUsage && this.#usage !== null)
      text += `data: ${this.#start()},"choices":[],"usage":${JSON.stringify(encodeUsage(this.#usage))}}\n\n`;
    return text + STREAM_END;
  }

  error(error: AppError, requestId: string): string {
    return encodeStreamError(error, requestId).toString("utf8");
  }

  #delta(event: Extract<ReplyEvent, { choice: number }>, choice: Choice): object | null {
    switch (event.type) {
      case "text-start":
        choice.blockStart = choice.textLength;
        return null;
      case "text-delta":
        choice.textLength += event.text.length;
        return event.text === "" && event.logprobs === undefined ? null : { content: event.text };
      case "citation": {
        const annotations = encodeAnnotation(event.citation, choice.blockStart);
        return annotations.length === 0 ? null : { annotations };
      }
      case "refusal-delta":
        return { refusal: event.text };
      case "reasoning-start":
        choice.thought = "";
        choice.isRedacted = event.isRedacted === true;
        return null;
      case "reasoning-delta":
        choice.thought += event.text;
        return this.#showsThoughts && event.text !== "" ? { reasoning_content: event.text } : null;
      case "reasoning-end": {
        const { thought: text, isRedacted } = choice;
        const detail = encodeDetail({ text, isRedacted, signature: event.signature }, choice.thoughts++);
        return detail === null || !this.#showsThoughts ? null : { reasoning_details: [detail] };
      }
      case "tool-input-start":
      case "tool-input-delta":
      case "tool-input-end":
        return this.#toolDelta(event, choice);
      case "media":
        return event.part.type === "audio"
          ? { audio: encodeAudio(event.part, this.#context) }
          : { images: [encodeImage(event.part)] };
      default:
        return null;
    }
  }

  #toolDelta(
    event: Extract<ReplyEvent, { type: "tool-input-start" | "tool-input-delta" | "tool-input-end" }>,
    { tools }: Choice,
  ): object | null {
    if (event.type === "tool-input-start") {
      const { id, name, isCustom = false, signature } = event;
      const index = tools.size;
      tools.set(event.block, { index, isCustom, hasInput: false });
      if (this.#usesFunctions) return index === 0 ? { function_call: { name, arguments: "" } } : null;
      const call = isCustom
        ? { type: "custom", custom: { name, input: "" } }
        : { type: "function", function: { name, arguments: "" } };
      return { tool_calls: [{ index, id: carryInId(id, signature), ...call }] };
    }
    const tool = tools.get(event.block);
    if (tool === undefined) return null;
    // A call that got no arguments has none, rather than no JSON (case 9).
    const isBare = event.type === "tool-input-end" && !tool.hasInput && !tool.isCustom;
    const input = event.type === "tool-input-delta" ? event.text : isBare ? "{}" : "";
    if (input === "") return null;
    tool.hasInput = true;
    if (this.#usesFunctions) return tool.index === 0 ? { function_call: { arguments: input } } : null;
    const piece = tool.isCustom ? { custom: { input } } : { function: { arguments: input } };
    return { tool_calls: [{ index: tool.index, ...piece }] };
  }

  /** The first chunk of a choice says whose words they are. */
  #chunk(index: number, delta: object, finish: string | null, logprobs: object | null): string {
    const choice = this.#choice(index);
    const content = "tool_calls" in delta || "function_call" in delta ? null : "";
    const said = choice.hasBegun ? delta : { role: "assistant", content, ...delta };
    choice.hasBegun = true;
    const body = { index, delta: said, ...(logprobs && { logprobs }), finish_reason: finish };
    return `data: ${this.#start()},"choices":[${JSON.stringify(body)}]}\n\n`;
  }

  #start(): string {
    if (this.#head === "") this.#head = this.#headFor("");
    return this.#head;
  }

  #headFor(id: string): string {
    const { requestId, createdAt, model } = this.#context;
    return JSON.stringify({
      id: replyId(id, requestId),
      object: "chat.completion.chunk",
      created: Math.floor(createdAt / 1_000),
      model,
    }).slice(0, -1);
  }

  #choice(index: number): Choice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = {
        hasBegun: false,
        finish: null,
        blockStart: 0,
        textLength: 0,
        thought: "",
        isRedacted: false,
        thoughts: 0,
        tools: new Map(),
      };
      this.#choices.set(index, choice);
    }
    return choice;
  }
}

function logprobsOf(event: ReplyEvent): object | null {
  return event.type === "text-delta" && event.logprobs !== undefined
    ? { content: event.logprobs, refusal: null }
    : null;
}
