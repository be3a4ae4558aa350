import { type AppError, noUsage } from "@lyceum/domain";
import type { DecodedCall, ModelNames, ReplyContext } from "../../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../../canonical/reply.ts";
import { isRecord } from "../../json/is-record.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { decodeStream, encodeStream, frame, STREAM_END } from "./stream.ts";
import { encodeUsage } from "./usage.ts";

/**
 * Listens to a stream that passes as it is. Servers that are merely compatible start a message twice, tell its end in several events, or leave
 * out the usage; clients' libraries stumble over each. So the start passes once, and its end is held back, made one, and completed (cases 42, 50).
 */
export class AnthropicListener implements StreamListener {
  readonly #inner: PassingListener;
  readonly #inputTokens: number;
  #hasStart = false;
  /** The start, until the next event: an error right behind it is an HTTP status still, and another deployment may be tried (case 49). */
  #head = "";
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
    const verdict = this.#judge(buffer, start, end);
    if (this.#head === "" || (verdict !== "pass" && verdict !== "tail")) return verdict;
    const data = oneLine(buffer.toString("utf8", start, end));
    const event: unknown = JSON.parse(data);
    const type = isRecord(event) && typeof event.type === "string" ? event.type : "message";
    this.replacement = Buffer.from(this.#takeHead() + (this.replacement ?? `event: ${type}\ndata: ${data}\n\n`));
    return verdict;
  }

  #judge(buffer: Buffer, start: number, end: number): FrameVerdict {
    const verdict = this.#inner.judge(buffer, start, end);
    if (verdict === "error") return verdict;
    if (verdict === "end") {
      this.replacement = Buffer.from(this.#takeHead() + this.#end() + STREAM_END);
      return verdict;
    }
    // What servers of other protocols say too ([DONE], a bare "data:").
    if (end - start <= 16 && !buffer.subarray(start, end).includes("{")) return "withhold";
    if (!buffer.subarray(start, end).includes("message_")) return verdict;
    const { rename } = this;
    const data = oneLine(
      rename === null
        ? buffer.toString("utf8", start, end)
        : buffer.toString("utf8", start, rename.start) + rename.text + buffer.toString("utf8", rename.end, end),
    );
    const event: unknown = JSON.parse(data);
    if (!isRecord(event)) return verdict;
    if (event.type === "message_delta") {
      this.#ends.push(data);
      return "withhold";
    }
    return event.type === "message_start" ? this.#start(event, data) : verdict;
  }

  encodeEnd(): Buffer {
    return Buffer.from(this.#takeHead() + this.#end() + STREAM_END);
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    return this.#inner.encodeLengthEnd(inputTokens);
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return Buffer.concat([Buffer.from(this.#takeHead()), this.#inner.encodeError(error, requestId)]);
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = "";
    return head;
  }

  /** Waits for what comes behind it. */
  #start(event: Readonly<Record<string, unknown>>, data: string): FrameVerdict {
    if (this.#hasStart) return "withhold";
    this.#hasStart = true;
    const { message } = event;
    if (isRecord(message) && !isRecord(message.usage)) {
      const usage = encodeUsage(null, this.#inputTokens);
      this.#head = frame({ ...event, type: "message_start", message: { ...message, usage } });
    } else this.#head = `event: message_start\ndata: ${data}\n\n`;
    return "withhold";
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

/** JSON that came in several lines: between its tokens a line end is as good as a blank. */
function oneLine(json: string): string {
  return json.includes("\n") ? json.replaceAll("\n", " ") : json;
}
