import type { AppError, TokenUsage } from "@lyceum/domain";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { ToolCallPart } from "../../canonical/canonical-request.ts";
import type { ReplyContext, StreamDecoder, StreamEncoder } from "../../canonical/protocol.ts";
import type { Emit, ReplyEvent } from "../../canonical/reply-event.ts";
import { parseJson } from "../../json/parse-json.ts";
import { encodeEnding } from "./ending.ts";
import { encodeErrorLine } from "./errors.ts";
import { ReplyReader } from "./reply-reader.ts";
import { chatShape, type Said, type Shape, saidByMedia } from "./response.ts";
import { encodeCall } from "./tools.ts";

/** Reads a stream, a line a frame. */
export function decodeStream(emit: Emit): StreamDecoder {
  const reader = new ReplyReader(emit);
  return {
    decode: (data) => {
      if (data.trim() !== "") reader.read(parseJson(data));
    },
    get isComplete() {
      return reader.isComplete;
    },
  };
}

/** Writes a stream as one of the two endpoints does. */
export function encodeStream(context: ReplyContext, shape: Shape = chatShape): StreamEncoder {
  return new LineEncoder(context, shape);
}

class LineEncoder implements StreamEncoder {
  readonly #model: string;
  readonly #shape: Shape;
  readonly #inputTokens: number;
  /** When the request was sent, by performance.now(). */
  readonly #sentAt: number;
  #firstOutputAt: number | null = null;
  /** Calls whose arguments still come: Ollama has them whole. */
  readonly #open = new Map<number, { -readonly [Key in keyof ToolCallPart]: ToolCallPart[Key] }>();
  #calls = 0;
  /** With output: most upstreams send a token at a time. */
  #lines = 0;
  #finish: FinishReason = "stop";
  #usage: TokenUsage | null = null;
  /** Nobody wants what is written. */
  #isFollowing = false;

  constructor({ model, createdAt, inputTokens }: ReplyContext, shape: Shape) {
    this.#inputTokens = inputTokens;
    this.#model = model;
    this.#shape = shape;
    this.#sentAt = performance.now() - Math.max(0, Date.now() - createdAt);
  }

  encode(event: ReplyEvent): string {
    switch (event.type) {
      case "text-delta":
        return this.#line({ text: event.text }, event.logprobs);
      case "refusal-delta":
        return this.#line({ text: event.text });
      case "reasoning-delta":
        return this.#line({ text: "", thinking: event.text });
      case "media":
        return this.#line(saidByMedia(event.part));
      case "tool-input-start": {
        const { id, name, signature } = event;
        this.#noteOutput();
        this.#open.set(event.block, {
          type: "tool-call",
          id,
          name,
          arguments: "",
          ...(signature && { signature }),
        });
        return "";
      }
      case "tool-input-delta": {
        const call = this.#open.get(event.block);
        if (call !== undefined) call.arguments += event.text;
        return "";
      }
      case "tool-input-end":
        return this.#call(event.block);
      case "finish":
        this.#finish = event.reason;
        return "";
      case "usage":
        this.#usage = event.usage;
        return "";
      default:
        // Starts and ends of texts and thoughts, citations: nothing of the kind is on this wire.
        return "";
    }
  }

  follow(event: ReplyEvent): void {
    this.#isFollowing = true;
    this.encode(event);
    this.#isFollowing = false;
  }

  end(): string {
    const calls = [...this.#open.keys()].map((block) => this.#call(block)).join("");
    const now = performance.now();
    const ending = encodeEnding({
      finish: this.#finish,
      input: this.#usage?.input ?? this.#inputTokens,
      output: this.#usage?.output ?? this.#lines,
      firstOutputMs: (this.#firstOutputAt ?? now) - this.#sentAt,
      totalMs: now - this.#sentAt,
    });
    return calls + this.#write({ text: "" }, ending);
  }

  error(error: AppError, requestId: string): string {
    return encodeErrorLine(error, requestId);
  }

  #call(block: number): string {
    const call = this.#open.get(block);
    if (call === undefined) return "";
    this.#open.delete(block);
    return this.#line({ text: "", calls: [encodeCall(call, this.#calls++, true)] });
  }

  #line(said: Said, logprobs?: readonly unknown[]): string {
    this.#noteOutput();
    this.#lines++;
    return this.#write(said, { ...(logprobs !== undefined && { logprobs }), done: false });
  }

  #write(said: Said, more: object): string {
    if (this.#isFollowing) return "";
    const value = { model: this.#model, created_at: new Date().toISOString(), ...this.#shape(said), ...more };
    return `${JSON.stringify(value)}\n`;
  }

  #noteOutput(): void {
    this.#firstOutputAt ??= performance.now();
  }
}
