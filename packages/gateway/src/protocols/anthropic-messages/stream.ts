import type { AppError, TokenUsage } from "@lyceum/domain";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { ReplyContext, StreamDecoder, StreamEncoder } from "../../canonical/protocol.ts";
import type { Emit, ReplyEvent } from "../../canonical/reply-event.ts";
import { Sequencer } from "../../canonical/sequencer.ts";
import type { Signature } from "../../canonical/signature.ts";
import { encodeCitation } from "./citations.ts";
import { encodeStreamError } from "./errors.ts";
import { callId, mediaText, messageId, stopReason, thoughtBlock } from "./response.ts";
import { AnthropicStreamDecoder } from "./stream-decode.ts";
import { FREE_TEXT } from "./tool-json.ts";
import { encodeUsage } from "./usage.ts";

/** Ends a clean stream. */
export const STREAM_END = frame({ type: "message_stop" });

export function decodeStream(emit: Emit): StreamDecoder {
  return new AnthropicStreamDecoder(emit);
}

export function encodeStream(context: ReplyContext): StreamEncoder {
  return new AnthropicStreamEncoder(context);
}

/** The block that is open, by its index on the wire. */
type Open = { readonly kind: "text" | "thinking" | "tool" | "refusal"; readonly index: number };
type ToolStart = Extract<ReplyEvent, { type: "tool-input-start" }>;

/** Writes Anthropic's events: one block after the other, and at the end exactly one message_delta and one message_stop (cases 42, 43). */
class AnthropicStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #sequencer = new Sequencer((event) => this.#write(event));
  #text = "";
  #id = "";
  #isStarted = false;
  #open: Open | null = null;
  #next = 0;
  #tool: ToolStart | null = null;
  #hasInput = false;
  /** Thoughts of which no text has come, by their proofs: they are written when more comes, see `withoutLooseProof`. */
  #held: (Signature | null)[] = [];
  /** A thought has begun, and no text of it has come. */
  #isThinking = false;
  /** Blocks that are opaque are written when their proof has come. */
  readonly #redacted = new Set<number>();
  /** Refusals come between blocks, whatever is open. */
  #refusal = "";
  #isRefused = false;
  #hasCalls = false;
  #finish: { readonly reason: FinishReason; readonly stopSequence: string | null } | null = null;
  #usage: TokenUsage | null = null;
  /** Nobody wants what is written. */
  #isFollowing = false;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  encode(event: ReplyEvent): string {
    // Anthropic's clients ask for one answer.
    if ("choice" in event && event.choice !== 0) return "";
    this.#sequencer.add(event);
    return this.#taken();
  }

  follow(event: ReplyEvent): void {
    this.#isFollowing = true;
    this.encode(event);
    this.#isFollowing = false;
  }

  end(): string {
    this.#start();
    this.#close();
    if (this.#next === 0 && this.#refusal === "") this.#release();
    this.#held = [];
    this.#flushRefusal();
    this.#close();
    const { reason, stopSequence } = this.#finish ?? { reason: "stop", stopSequence: null };
    const known = this.#isRefused ? "content-filter" : reason;
    const stop_reason = stopReason(known, stopSequence, this.#hasCalls);
    this.#put("message_delta", {
      delta: { stop_reason, stop_sequence: stopSequence },
      usage: encodeUsage(this.#usage, this.#context.inputTokens),
    });
    return this.#taken() + STREAM_END;
  }

  error(error: AppError, requestId: string): string {
    return encodeStreamError(error, requestId);
  }

  #taken(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  #put(type: string, members: object): void {
    if (!this.#isFollowing) this.#text += frame({ type, ...members });
  }

  #write(event: ReplyEvent): void {
    switch (event.type) {
      case "start":
        this.#id = event.id;
        return;
      case "text-start":
        this.#openBlock("text", { type: "text", text: "" });
        return;
      case "text-delta":
        this.#delta({ type: "text_delta", text: event.text });
        return;
      case "citation":
        this.#delta({ type: "citations_delta", citation: encodeCitation(event.citation) });
        return;
      case "reasoning-start":
        if (event.isRedacted === true) this.#redacted.add(event.block);
        else this.#isThinking = true;
        return;
      case "reasoning-delta":
        this.#think(event);
        return;
      case "reasoning-end":
        this.#endThought(event);
        return;
      case "tool-input-start":
        this.#startTool(event);
        return;
      case "tool-input-delta":
        this.#input(event.text);
        return;
      case "tool-input-end":
        this.#endTool();
        return;
      case "text-end":
        this.#close();
        return;
      case "media":
        this.#openBlock("text", { type: "text", text: "" });
        this.#delta({ type: "text_delta", text: mediaText(event.part) });
        this.#close();
        return;
      case "refusal-delta":
        this.#isRefused = true;
        this.#refusal += event.text;
        if (this.#open === null || this.#open.kind === "refusal") this.#flushRefusal();
        return;
      case "finish":
        this.#finish = event;
        return;
      case "usage":
        this.#usage = event.usage;
        return;
      case "error":
        return;
      default:
        event satisfies never;
    }
  }

  /** The start waits for the first block, because some upstreams tell the input tokens only then. */
  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const message = {
      id: messageId(this.#id, this.#context),
      type: "message",
      role: "assistant",
      model: this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...encodeUsage(this.#usage, this.#context.inputTokens), output_tokens: 0 },
    };
    this.#put("message_start", { message });
  }

  #openBlock(kind: Open["kind"], content_block: object): void {
    this.#release();
    this.#start();
    this.#close();
    const index = this.#next++;
    this.#open = { kind, index };
    this.#put("content_block_start", { index, content_block });
  }

  #delta(delta: object): void {
    if (this.#open !== null) this.#put("content_block_delta", { index: this.#open.index, delta });
  }

  #close(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#put("content_block_stop", { index: open.index });
    if (open.kind !== "refusal") this.#flushRefusal();
  }

  #flushRefusal(): void {
    if (this.#refusal === "") return;
    const text = this.#refusal;
    this.#refusal = "";
    if (this.#open === null) this.#openBlock("refusal", { type: "text", text: "" });
    this.#delta({ type: "text_delta", text });
  }

  #think({ block, text }: Extract<ReplyEvent, { type: "reasoning-delta" }>): void {
    if (this.#redacted.has(block) || text === "") return;
    if (this.#isThinking) {
      this.#isThinking = false;
      this.#openBlock("thinking", thoughtBlock("", null, false));
    }
    this.#delta({ type: "thinking_delta", thinking: text });
  }

  /** Writes the thoughts that were held back. */
  #release(): void {
    for (const signature of this.#held.splice(0)) {
      this.#openBlock("thinking", thoughtBlock("", null, false));
      this.#sign(signature);
      this.#close();
    }
  }

  #sign(signature: Signature | null): void {
    if (signature === null) return;
    const { signature: value } = thoughtBlock("", signature, false) as { signature: string };
    this.#delta({ type: "signature_delta", signature: value });
  }

  #endThought({ block, signature }: Extract<ReplyEvent, { type: "reasoning-end" }>): void {
    if (this.#redacted.delete(block)) this.#openBlock("thinking", thoughtBlock("", signature, true));
    else if (this.#isThinking) {
      this.#isThinking = false;
      this.#held.push(signature);
      return;
    } else this.#sign(signature);
    this.#close();
  }

  #startTool(event: ToolStart): void {
    this.#hasCalls = true;
    this.#tool = event;
    this.#hasInput = false;
    const id = callId(event.id, event.signature, this.#next, this.#context);
    this.#openBlock("tool", { type: "tool_use", id, name: event.name, input: {} });
  }

  #input(text: string): void {
    if (text === "") return;
    const isCustom = this.#tool?.isCustom === true;
    const opening = isCustom && !this.#hasInput ? `{${JSON.stringify(FREE_TEXT)}:"` : "";
    this.#hasInput = true;
    const partial_json = isCustom ? opening + JSON.stringify(text).slice(1, -1) : text;
    this.#delta({ type: "input_json_delta", partial_json });
  }

  /** What was sent piece by piece is a JSON object, as in an answer without a stream (case 44). */
  #endTool(): void {
    if (this.#tool?.isCustom === true) {
      const rest = this.#hasInput ? '"}' : `{${JSON.stringify(FREE_TEXT)}:""}`;
      this.#delta({ type: "input_json_delta", partial_json: rest });
    } else if (!this.#hasInput) this.#delta({ type: "input_json_delta", partial_json: "{}" });
    this.#tool = null;
    this.#close();
  }
}

/** One event as bytes for the wire. */
export function frame(event: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
