import type { AppError } from "@lyceum/domain";
import type { DecodedCall, ModelNames, ReplyContext } from "../../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../../canonical/reply.ts";
import { findPath } from "../../json/find-path.ts";
import { findText } from "../../json/find-text.ts";
import { PassingListener } from "../../translation/passing-listener.ts";
import { wantsArray } from "./request.ts";
import { MODEL_PATH } from "./response.ts";
import { decodeStream, encodePassing, framingFor, type StreamFraming } from "./stream.ts";

const BLANK = 0x20;
const MODEL_NAME = Buffer.from(JSON.stringify(MODEL_PATH[0]));

/** Same protocol on both sides: responses pass as they are, as events or within the framing of an array, under the public name. */
export function passStream(call: DecodedCall, names: ModelNames, context: ReplyContext): StreamListener {
  return new GeminiPassing(call, names, context);
}

class GeminiPassing implements StreamListener {
  readonly #inner: PassingListener;
  readonly #requested: string;
  /** Null where the client gets events too. */
  readonly #array: StreamFraming | null;
  readonly #events: StreamFraming;
  rename: StreamListener["rename"] = null;
  replacement: Buffer | null = null;

  constructor(call: DecodedCall, { requested }: ModelNames, context: ReplyContext) {
    const same = { requested, upstream: requested };
    // Frames of our own come as events from there: what is in them goes into the array.
    const eventCall = { ...call, streamContentType: "text/event-stream" };
    this.#inner = new PassingListener({ decodeStream, encodeStream: encodePassing }, eventCall, same, context, [], "");
    this.#requested = JSON.stringify(requested);
    this.#events = framingFor(eventCall);
    this.#array = wantsArray(call) ? framingFor(call) : null;
  }

  // google-genai reads no comments, and an array has none.
  get passesComments(): boolean {
    return false;
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
    this.rename = null;
    this.replacement = null;
    const verdict = this.#inner.judge(buffer, start, end);
    if (verdict === "error") return verdict;
    const data = buffer.subarray(start, end);
    const found = findText(data, MODEL_NAME) ?? (data.includes(MODEL_NAME) ? findPath(data, MODEL_PATH) : null);
    if (found !== null)
      this.rename = { start: start + found.valueStart, end: start + found.valueEnd, text: this.#requested };
    // Nothing, or another protocol's last word: clients take everything for JSON.
    if (end - start <= 16 && !data.includes("{")) return "withhold";
    // google-genai reads no `data:` without a blank behind it.
    if (this.#array === null && start > 0 && buffer[start - 1] === BLANK) return verdict;
    const json =
      found === null
        ? data.toString("utf8")
        : data.toString("utf8", 0, found.valueStart) + this.#requested + data.toString("utf8", found.valueEnd);
    this.replacement = Buffer.from((this.#array ?? this.#events).frame(json));
    return verdict;
  }

  encodeEnd(): Buffer {
    return Buffer.from(this.#array?.end() ?? "");
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    return this.#framed(this.#inner.encodeLengthEnd(inputTokens));
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return this.#framed(this.#inner.encodeError(error, requestId));
  }

  #framed(events: Buffer): Buffer {
    const array = this.#array;
    if (array === null) return events;
    const frames = [...events.toString("utf8").matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => array.frame(json));
    return Buffer.from(frames.join("") + array.end());
  }
}
