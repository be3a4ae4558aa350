import type { AppError } from "@lyceum/domain";
import type {
  DecodedCall,
  ModelNames,
  Protocol,
  ReplyContext,
  StreamDecoder,
  StreamEncoder,
} from "../canonical/protocol.ts";
import type { FrameVerdict, ReplyFacts, StreamListener, UpstreamComplaint } from "../canonical/reply.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";
import { findPath } from "../json/find-path.ts";
import { findText } from "../json/find-text.ts";
import { writeLengthEnd } from "./length-end.ts";
import { OutputMeter } from "./output-meter.ts";
import { followOpen } from "./translating-listener.ts";

/** `only`: the one name of the path as it stands in JSON. */
type ModelPath = { readonly path: readonly string[]; readonly only: Buffer | null };
type Span = { readonly start: number; readonly end: number; readonly text: string };

/**
 * Listens to a stream that passes as it is: same protocol on both sides. An encoder follows it, because it must know where the stream stands if
 * the gateway has to end it.
 */
export class PassingListener implements StreamListener {
  readonly #decoder: StreamDecoder;
  readonly #shadow: StreamEncoder;
  readonly #meter: OutputMeter;
  readonly #call: DecodedCall;
  readonly #open = new Map<string, ReplyEvent>();
  readonly #modelPaths: readonly ModelPath[];
  /** The upstream's name as it stands in its JSON, and the public one; null: they are the same. */
  readonly #names: { readonly upstream: Buffer; readonly requested: string } | null;
  readonly #lastWord: string;
  #isTail = false;
  /** Among lines of JSON blank ones would be no comments: clients take each for JSON. */
  readonly passesComments = false;
  rename: Span | null = null;
  readonly replacement = null;

  /** `modelPaths`: where frames of this protocol say the model's name. `lastWord`: the frame that ends a clean stream of it; "" for none. */
  constructor(
    protocol: Pick<Protocol, "decodeStream" | "encodeStream">,
    call: DecodedCall,
    names: ModelNames,
    context: ReplyContext,
    modelPaths: readonly (readonly string[])[],
    lastWord: string,
  ) {
    this.#lastWord = lastWord;
    this.#call = call;
    this.#meter = new OutputMeter(call.choices);
    this.#shadow = protocol.encodeStream(context, call);
    this.#decoder = protocol.decodeStream((event) => this.#take(event));
    this.#modelPaths = modelPaths.map((path) => ({ path, only: path.length === 1 ? quoted(path[0] ?? "") : null }));
    this.#names =
      names.requested === names.upstream
        ? null
        : { upstream: quoted(names.upstream), requested: JSON.stringify(names.requested) };
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
    this.rename = null;
    if (this.#names !== null) this.#findName(buffer, start, end, this.#names);
    this.#meter.beginFrame();
    this.#isTail = false;
    this.#decoder.decode(buffer.toString("utf8", start, end));
    if (this.error !== null) return "error";
    if (this.#decoder.isComplete && this.isFinished) return "end";
    // Whatever comes with a finish reason or behind it waits for the charge.
    return this.#isTail || this.isFinished ? "tail" : "pass";
  }

  encodeEnd(): Buffer {
    return Buffer.from(this.#lastWord);
  }

  encodeLengthEnd(inputTokens: number): Buffer {
    const { choices } = this.#call;
    const open = this.#open.values();
    return Buffer.from(writeLengthEnd(this.#shadow, open, choices, inputTokens, this.seenOutputTokens));
  }

  encodeError(error: AppError, requestId: string): Buffer {
    return Buffer.from(this.#shadow.error(error, requestId));
  }

  #take(event: ReplyEvent): void {
    this.#meter.see(event);
    if (event.type === "error") return;
    if (event.type === "finish" && this.#call.choices === 1) this.#isTail = true;
    followOpen(this.#open, event);
    if (this.#shadow.follow === undefined) this.#shadow.encode(event);
    else this.#shadow.follow(event);
  }

  #findName(buffer: Buffer, start: number, end: number, names: { upstream: Buffer; requested: string }): void {
    // Within the frame: the packet may hold hundreds more.
    const frame = buffer.subarray(start, end);
    if (!frame.includes(names.upstream)) return;
    for (const { path, only } of this.#modelPaths) {
      const found = only === null ? findPath(frame, path) : findText(frame, only);
      if (found === null) continue;
      const [from, to] = [start + found.valueStart, start + found.valueEnd];
      if (names.upstream.compare(buffer, from, to) === 0) this.rename = { start: from, end: to, text: names.requested };
      return;
    }
  }
}

function quoted(text: string): Buffer {
  return Buffer.from(JSON.stringify(text));
}
