import type { AppError } from "@lyceum/domain";
import type { StreamDecoder, StreamEncoder } from "../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../canonical/reply.ts";
import type { Emit, ReplyEvent } from "../canonical/reply-event.ts";
import { writeLengthEnd } from "./length-end.ts";
import { OutputMeter } from "./output-meter.ts";

/**
 * Turns one protocol's stream into another's, frame by frame. Nothing goes out before there is content: until then an error of the upstream is
 * an HTTP status, and another deployment may be tried.
 */
export class TranslatingListener implements StreamListener {
  readonly #decoder: StreamDecoder;
  readonly #encoder: StreamEncoder;
  readonly #meter: OutputMeter;
  readonly #choices: number;
  readonly #open = new Map<string, ReplyEvent>();
  #text = "";
  /** What the encoder wrote before the first content. */
  #head = "";
  #hasContent = false;
  replacement: Buffer | null = null;
  readonly rename = null;
  readonly passesComments = false;

  constructor(decodeStream: (emit: Emit) => StreamDecoder, encoder: StreamEncoder, choices: number) {
    this.#encoder = encoder;
    this.#choices = choices;
    this.#meter = new OutputMeter(choices);
    this.#decoder = decodeStream((event) => this.#take(event));
  }

  get error(): UpstreamComplaint | null {
    return this.#meter.error;
  }

  get hasOutput(): boolean {
    return this.#meter.hasOutput;
  }

  get seenOutputTokens(): number {
    return this.#meter.seenOutputTokens;
  }

  get isFinished(): boolean {
    return this.#meter.isFinished;
  }

  facts(): ReplyFacts {
    return this.#meter.facts();
  }

  judge(buffer: Buffer, start: number, end: number): FrameVerdict {
    this.#meter.beginFrame();
    this.#text = "";
    this.#decoder.decode(buffer.toString("utf8", start, end));
    if (this.error !== null) return "error";
    if (this.#decoder.isComplete && this.isFinished) {
      this.replacement = Buffer.from(this.#head + this.#text + this.#encoder.end());
      return "end";
    }
    if (!this.#hasContent) {
      this.#head += this.#text;
      return "withhold";
    }
    if (this.#head !== "") {
      this.#text = this.#head + this.#text;
      this.#head = "";
    }
    if (this.#text === "") return "withhold";
    this.replacement = Buffer.from(this.#text);
    return "pass";
  }

  encodeEnd(): Buffer {
    return Buffer.from(this.#head + this.#encoder.end());
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    const text = writeLengthEnd(this.#encoder, this.#open.values(), this.#choices, inputTokens, this.seenOutputTokens);
    return Buffer.from(this.#head + text);
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return Buffer.from(this.#head + this.#encoder.error(error, requestId));
  }

  #take(event: ReplyEvent): void {
    this.#meter.see(event);
    if (event.type === "error") return;
    if (event.type !== "start" && event.type !== "usage") this.#hasContent = true;
    followOpen(this.#open, event);
    this.#text += this.#encoder.encode(event);
  }
}

/** Keeps the blocks that have started and not ended. */
export function followOpen(open: Map<string, ReplyEvent>, event: ReplyEvent): void {
  switch (event.type) {
    case "text-start":
    case "reasoning-start":
    case "tool-input-start":
      open.set(`${event.choice}/${event.block}`, event);
      return;
    case "text-end":
    case "reasoning-end":
    case "tool-input-end":
      open.delete(`${event.choice}/${event.block}`);
      return;
    default:
  }
}
