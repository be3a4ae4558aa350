import { type AppError, noUsage } from "@lyceum/domain";
import type { DecodedCall, ModelNames, ReplyContext } from "../../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../../canonical/reply.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { decodeStream, encodeStream, frame, STREAM_END } from "./stream.ts";
import { encodeUsage } from "./usage.ts";
import { isRecord } from "./wire.ts";

/**
 * Listens to a stream that passes as it is. Servers that are merely compatible start a message twice, tell its end in several events, or leave
 * out the usage; clients' libraries stumble over each. So the start passes once, and its end is held back, made one, and completed (cases 42, 50).
 */
export class AnthropicListener implements StreamListener {
  readonly #inner: PassingListener;
  readonly #inputTokens: number;
  #hasStart = false;
  /** The message_delta events so far. */
  #ends: string[] = [];
  readonly passesComments = true;
  replacement: Buffer | null = null;

  constructor(call: DecodedCall, names: ModelNames, context: ReplyContext) {
    const protocol = { decodeStream, encodeStream };
    this.#inner = new PassingListener(protocol, call, names, context, [["message", "model"]], STREAM_END);
    this.#inputTokens = context.inputTokens;
  }

  get rename(): StreamListener["rename"] {
    return this.#inner.rename;
  }

  get error(): UpstreamComplaint | null {
    return this.#inner.error;
  }

  get hasOutput(): boolean {
    return this.#inner.hasOutput;
  }

  get seenOutputTokens(): number {
    return this.#inner.seenOutputTokens;
  }

  get isFinished(): boolean {
    return this.#inner.isFinished;
  }

  facts(): ReplyFacts {
    return this.#inner.facts();
  }

  judge(buffer: Buffer, start: number, end: number): FrameVerdict {
    this.replacement = null;
    const verdict = this.#inner.judge(buffer, start, end);
    if (verdict === "error") return verdict;
    if (verdict === "end") {
      this.replacement = Buffer.from(this.#end() + STREAM_END);
      return verdict;
    }
    if (!buffer.subarray(start, end).includes("message_")) return verdict;
    const data = buffer.toString("utf8", start, end);
    const event: unknown = JSON.parse(data);
    if (!isRecord(event)) return verdict;
    if (event.type === "message_delta") {
      this.#ends.push(data);
      return "withhold";
    }
    return event.type === "message_start" ? this.#start(event, verdict) : verdict;
  }

  encodeEnd(): Buffer {
    return Buffer.from(this.#end() + STREAM_END);
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    return this.#inner.encodeLengthEnd(inputTokens);
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return this.#inner.encodeError(error, requestId);
  }

  #start(event: Readonly<Record<string, unknown>>, verdict: FrameVerdict): FrameVerdict {
    if (this.#hasStart) return "withhold";
    this.#hasStart = true;
    const { message } = event;
    if (!isRecord(message) || isRecord(message.usage)) return verdict;
    const { rename } = this;
    const model = rename === null ? message.model : JSON.parse(rename.text);
    const usage = encodeUsage(null, this.#inputTokens);
    this.replacement = Buffer.from(frame({ ...event, type: "message_start", message: { ...message, model, usage } }));
    return verdict;
  }

  /** The one message_delta of the stream: the very bytes where the upstream sent one that is whole. */
  #end(): string {
    const events = this.#ends.map((data) => JSON.parse(data) as Readonly<Record<string, unknown>>);
    const [only] = events;
    if (events.length === 1 && isRecord(only?.usage)) return `event: message_delta\ndata: ${this.#ends[0]}\n\n`;
    const { usage, estimatedOutputTokens } = this.facts();
    const known = usage ?? { ...noUsage, input: this.#inputTokens, output: estimatedOutputTokens };
    const end: Record<string, unknown> = { delta: { stop_reason: "end_turn", stop_sequence: null } };
    for (const event of events) {
      const said = isRecord(event.delta) ? Object.entries(event.delta).filter(([, value]) => value !== null) : [];
      Object.assign(end, event, { delta: { ...(end.delta as object), ...Object.fromEntries(said) } });
    }
    const usages = events.map((event) => event.usage).filter(isRecord);
    return frame({ ...end, type: "message_delta", usage: Object.assign({}, encodeUsage(known, 0), ...usages) });
  }
}
