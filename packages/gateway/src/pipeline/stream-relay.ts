import { AppError, toAppError } from "@lyceum/domain";
import type { UpstreamCall } from "../canonical/call.ts";
import type { StreamListener, UpstreamComplaint } from "../canonical/reply.ts";
import type { Route } from "../health/route.ts";
import { applySplices } from "../json/splice.ts";
import { LineSplitter } from "../streams/line-splitter.ts";
import { type FrameReceiver, SseSplitter } from "../streams/sse-splitter.ts";
import type { UpstreamExchange } from "../upstream/upstream.ts";
import type { Admitted } from "./admit.ts";
import { withConsole } from "./console-address.ts";
import type { Deps } from "./deps.ts";
import type { ReplySink, ReplyStream } from "./gateway-request.ts";
import { noteFailure, notePassed } from "./note-ending.ts";
import { OutputRoom } from "./output-room.ts";
import { type Ending, settle } from "./settle.ts";
import { type Failure, failureInStream, failureOfReply } from "./upstream-errors.ts";

/** Of what stands before the first output. */
const MOST_HELD_BYTES = 64 * 1024;
/** A client whose server says nothing for so long may think that it is gone. */
const LONGEST_HOLD_MS = 10_000;

type Rename = NonNullable<StreamListener["rename"]>;

export type RelayOptions = {
  readonly admitted: Admitted;
  readonly route: Route;
  readonly upstreamCall: UpstreamCall;
  readonly attempts: number;
  readonly sentAt: number;
  readonly exchange: UpstreamExchange;
  readonly deps: Deps;
  /** Another route is left: nothing goes out before something that a model wrote has come. */
  readonly holdsPrelude: boolean;
  /** The first frame for the client is there. */
  readonly onOpen: () => void;
  /** It failed before that: nothing has been settled, and another deployment may be tried. */
  readonly onFailedUnopened: (failure: Failure) => void;
};

/**
 * Passes a stream on as it comes and listens in. Frames go out in the packets they came in; withheld ones are cut out, and the tail
 * (usage, [DONE]) leaves once the charge is durable (design rule 3). Once open it settles by itself, exactly once.
 */
export class StreamRelay implements ReplyStream {
  place = -1;
  readonly #options: RelayOptions;
  readonly #listener: StreamListener;
  readonly #splitter: SseSplitter | LineSplitter;
  /** Null where the answer is limited, or costs nothing. */
  readonly #room: OutputRoom | null;
  /** Frames that wait until more output is reserved, and whether the upstream has closed meanwhile. */
  #held: (() => void)[] = [];
  #isHolding = false;
  #endedWhileHolding = false;
  #state: "waiting" | "open" | "settling" | "over" = "waiting";
  #sink: ReplySink | null = null;
  /** Whether what stands before the first output (a role, an id, a sign of life) is held back, so that another route can still be tried. */
  #holdsPrelude: boolean;
  #preludeBytes = 0;
  #preludeTimer: NodeJS.Timeout | null = null;
  /** What came before the sink did. */
  #early: Buffer[] = [];
  #tail: Buffer[] = [];
  #firstOutputAt: number | null = null;
  #onOver: (() => void) | null = null;
  #isFlushDue = false;
  // The packet being cut: pieces already decided on, and a stretch that still grows.
  #pieces: Buffer[] = [];
  #stretch: Buffer | null = null;
  #stretchStart = 0;
  #stretchEnd = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#holdsPrelude = options.holdsPrelude;
    this.#listener = options.upstreamCall.listen();
    const receive: FrameReceiver = (buffer, start, end, data, dataStart, dataEnd) => {
      if (this.#state === "settling" || this.#state === "over") return;
      if (dataStart < 0 && !this.#listener.passesComments) return;
      if (this.#isHolding) this.#hold(buffer, start, end, data, dataStart, dataEnd);
      else if (dataStart < 0) this.#pass(buffer, start, end);
      else this.#judge(buffer, start, end, data, dataStart, dataEnd);
    };
    this.#splitter = options.upstreamCall.framing === "sse" ? new SseSplitter(receive) : new LineSplitter(receive);
    const { admitted, deps } = options;
    this.#room = admitted.openEndedTokens === null ? null : new OutputRoom(admitted, admitted.openEndedTokens, deps);
  }

  /** Begins to write: from now on the sink hears everything. */
  start(sink: ReplySink): void {
    this.#sink = sink;
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) this.#write(chunk);
    if (this.#state === "over") sink.end();
  }

  /** Calls once when everything is settled and written. */
  whenOver(listener: () => void): void {
    if (this.#state === "over") listener();
    else this.#onOver = listener;
  }

  resume(): void {
    this.#options.exchange.resume();
  }

  take(chunk: Buffer): void {
    if (this.#state === "settling" || this.#state === "over") return;
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#abort({ error: new AppError("upstream_error", { cause: error }), sign: "failure", isRetryable: true });
    }
    if (this.#isFlushDue) return;
    // What one read of the socket brought in many HTTP chunks leaves in one write, in the same turn of the event loop.
    this.#isFlushDue = true;
    queueMicrotask(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  /** The upstream has closed the stream. */
  end(): void {
    this.#splitter.end();
    this.#flush();
    if (this.#state === "settling" || this.#state === "over") return;
    if (this.#isHolding) {
      this.#endedWhileHolding = true;
      return;
    }
    if (this.#listener.isFinished) {
      // Everything is there but the upstream's own last word, which some leave out.
      this.#open();
      this.#tail.push(this.#listener.encodeEnd());
      this.#notePassed(true);
      void this.#finish("finished", null);
    } else {
      const error = new AppError("upstream_error", { detail: "the stream just stopped" });
      this.fail({ error, sign: "failure", isRetryable: true });
    }
  }

  /** The upstream has failed, or the client has gone. */
  fail(failure: Failure): void {
    if (this.#state === "settling" || this.#state === "over") return;
    this.#flush();
    const { admitted, route, upstreamCall, deps } = this.#options;
    const isGone = admitted.request.client.isGone;
    if (this.#state === "waiting") {
      this.#state = "over";
      if (this.#preludeTimer !== null) clearTimeout(this.#preludeTimer);
      this.#options.onFailedUnopened(failure);
    } else {
      if (isGone) this.#notePassed();
      else noteFailure(admitted, route, failure, upstreamCall.body, deps);
      void this.#finish(isGone ? "client-gone" : "failed", failure.error);
    }
  }

  /** Ends the stream for our own reasons: the worker is shutting down. */
  cut(): void {
    if (this.#state !== "open") return;
    this.#flush();
    this.#notePassed();
    void this.#finish("cut", new AppError("overloaded", { detail: "the worker is shutting down" }));
    this.#options.exchange.abort();
  }

  #judge(buffer: Buffer, start: number, end: number, data: Buffer, dataStart: number, dataEnd: number): void {
    const verdict = this.#listener.judge(data, dataStart, dataEnd);
    if (this.#firstOutputAt === null && this.#listener.hasOutput) this.#firstOutputAt = this.#options.deps.clock();
    const { replacement } = this.#listener;
    // Data of several lines stand in a buffer of their own: the name in them stays.
    const rename = data === buffer ? this.#listener.rename : null;
    switch (verdict) {
      case "pass":
        // Whoever reports usage early goes on talking: nothing is the tail until the end.
        this.#releaseTail();
        if (replacement !== null) this.#pass(replacement, 0, replacement.length);
        else if (rename === null) this.#pass(buffer, start, end);
        else this.#passRenamed(buffer, start, end, rename);
        this.#openIfDue(end - start);
        this.#checkRoom();
        return;
      case "withhold":
        return;
      case "tail":
        this.#tail.push(replacement ?? renamedCopy(buffer, start, end, rename));
        return;
      case "end":
        this.#endCleanly(replacement ?? renamedCopy(buffer, start, end, rename));
        return;
      case "error":
        this.#abort(this.#failureOf(this.#listener.error));
        return;
      default:
        verdict satisfies never;
    }
  }

  /** The upstream's last word. A stream of nothing else is no answer. */
  #endCleanly(lastFrame: Buffer): void {
    if (this.#state === "waiting" && !this.#listener.isFinished) {
      this.#abort(this.#failureOf(null));
      return;
    }
    this.#open();
    this.#tail.push(lastFrame);
    this.#flush();
    this.#notePassed(true);
    void this.#finish("finished", null);
  }

  /** Before anything has gone out an error has an HTTP status of its own. */
  #failureOf(complaint: UpstreamComplaint | null): Failure {
    const { admitted, route, upstreamCall } = this.#options;
    const names = {
      requested: admitted.call.model,
      upstream: route.deployment.upstreamModel,
      credential: route.credential.secret,
    };
    const failureOf = this.#state === "waiting" ? failureOfReply : failureInStream;
    return failureOf(complaint, names, upstreamCall.body);
  }

  /** Design rule 1: what is not reserved does not go out. */
  #checkRoom(): void {
    if (this.#room === null || !this.#listener.hasOutput) return;
    const verdict = this.#room.use(this.#listener.seenOutputTokens, () => this.#release());
    if (verdict === "wait") {
      this.#isHolding = true;
      this.#options.exchange.pause();
    } else if (verdict === "full" && !this.#listener.isFinished) this.#endForLength();
  }

  #hold(buffer: Buffer, start: number, end: number, data: Buffer, dataStart: number, dataEnd: number): void {
    // Copies: the packet must not be kept, and is reused by nobody else while these wait.
    const frame = Buffer.from(buffer.subarray(start, end));
    if (dataStart < 0) this.#held.push(() => this.#pass(frame, 0, frame.length));
    else if (data === buffer) {
      this.#held.push(() => this.#judge(frame, 0, frame.length, frame, dataStart - start, dataEnd - start));
    } else this.#held.push(() => this.#judge(frame, 0, frame.length, data, dataStart, dataEnd));
  }

  /** More has been reserved, or never will be: what was held goes on, as far as it may. */
  #release(): void {
    if (!this.#isHolding || this.#state !== "open") return;
    this.#isHolding = false;
    this.#checkRoom();
    while (!this.#isHolding && this.#held.length > 0) {
      this.#held.shift()?.();
      if (this.#isSettled()) return;
    }
    this.#flush();
    if (this.#isHolding || this.#isSettled()) return;
    this.#options.exchange.resume();
    if (this.#endedWhileHolding) this.end();
  }

  /** Who has written something is well, whoever ended it. `isComplete`: also if an empty answer was all. */
  #notePassed(isComplete = false): void {
    const { admitted, route, sentAt, deps } = this.#options;
    const first = this.#firstOutputAt;
    if (first !== null || isComplete) notePassed(admitted, route, first === null ? null : first - sentAt, deps);
  }

  #isSettled(): boolean {
    return this.#state === "settling" || this.#state === "over";
  }

  #endForLength(): void {
    this.#flush();
    const { admitted, exchange } = this.#options;
    this.#tail = [this.#listener.encodeLengthEnd(admitted.inputTokens)];
    this.#notePassed();
    // No more is charged than was reserved for: the count that its end was decided by.
    const facts = this.#listener.facts();
    void this.#finish("cut", null, { ...facts, estimatedOutputTokens: facts.seenOutputTokens });
    exchange.abort();
  }

  #abort(failure: Failure): void {
    this.fail(failure);
    this.#options.exchange.abort();
  }

  /** Nothing more is held back: there is nowhere else to go, or it has taken too long. */
  releasePrelude(): void {
    this.#holdsPrelude = false;
    if (this.#state === "waiting" && this.#preludeBytes > 0) {
      this.#open();
      this.#flush();
    }
  }

  #openIfDue(bytes: number): void {
    if (this.#state !== "waiting") return;
    if (!this.#holdsPrelude || this.#listener.hasOutput || this.#preludeBytes > MOST_HELD_BYTES) {
      this.#open();
      return;
    }
    this.#preludeBytes += bytes;
    // With a time-out for the first token that one decides.
    const { firstTokenTimeoutMs } = this.#options.route.deployment.channel;
    if (firstTokenTimeoutMs === null) this.#preludeTimer ??= setTimeout(() => this.releasePrelude(), LONGEST_HOLD_MS);
  }

  #open(): void {
    if (this.#state !== "waiting") return;
    this.#state = "open";
    if (this.#preludeTimer !== null) clearTimeout(this.#preludeTimer);
    this.#options.onOpen();
  }

  #pass(buffer: Buffer, start: number, end: number): void {
    if (this.#stretch === buffer && this.#stretchEnd === start) {
      this.#stretchEnd = end;
      return;
    }
    this.#closeStretch();
    this.#stretch = buffer;
    this.#stretchStart = start;
    this.#stretchEnd = end;
  }

  #passRenamed(buffer: Buffer, start: number, end: number, rename: Rename): void {
    this.#pass(buffer, start, rename.start);
    this.#closeStretch();
    this.#pieces.push(Buffer.from(rename.text));
    this.#pass(buffer, rename.end, end);
  }

  #releaseTail(): void {
    if (this.#tail.length === 0) return;
    this.#closeStretch();
    this.#pieces.push(...this.#tail);
    this.#tail = [];
  }

  #closeStretch(): void {
    if (this.#stretch === null) return;
    const isWhole = this.#stretchStart === 0 && this.#stretchEnd === this.#stretch.length;
    this.#pieces.push(isWhole ? this.#stretch : this.#stretch.subarray(this.#stretchStart, this.#stretchEnd));
    this.#stretch = null;
  }

  /** Writes what the last packets came to, in one piece. */
  #flush(): void {
    this.#closeStretch();
    const [first] = this.#pieces;
    if (first === undefined) return;
    const chunk = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#write(chunk);
  }

  #write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#options.admitted.request.client.isGone) return;
    if (this.#sink === null) this.#early.push(chunk);
    else if (!this.#sink.write(chunk)) this.#options.exchange.pause();
  }

  async #finish(outcome: Ending["outcome"], error: AppError | null, facts = this.#listener.facts()): Promise<void> {
    const { admitted, route, attempts, sentAt, deps } = this.#options;
    this.#state = "settling";
    const ending = {
      outcome,
      error,
      httpStatus: 200,
      attempts,
      deployment: route.deployment,
      facts,
      sentAt,
      firstOutputAt: this.#firstOutputAt,
    };
    const requestId = admitted.request.id;
    if (error !== null)
      deps.log("warn", "a stream failed", { requestId, outcome, code: error.code, detail: error.detail });
    try {
      const tail = this.#tail.length === 1 ? (this.#tail[0] as Buffer) : Buffer.concat(this.#tail);
      const [kept] = await Promise.all([
        error === null ? (admitted.call.keep?.(tail) ?? tail) : tail,
        settle(admitted, ending, deps),
      ]);
      if (error === null) this.#write(kept);
      else this.#write(this.#listener.encodeError(withConsole(error, admitted.request, deps), requestId));
    } catch (thrown) {
      deps.log("error", "a stream could not be settled", { requestId, error: thrown });
      this.#write(this.#listener.encodeError(withConsole(toAppError(thrown), admitted.request, deps), requestId));
    }
    this.#state = "over";
    this.#sink?.end();
    this.#onOver?.();
  }
}

/** A copy of a frame with the public name in it; a copy, because a kept slice would keep its whole packet. */
function renamedCopy(buffer: Buffer, start: number, end: number, rename: Rename | null): Buffer {
  const frame = Buffer.from(buffer.subarray(start, end));
  if (rename === null) return frame;
  return applySplices(frame, [{ start: rename.start - start, end: rename.end - start, text: rename.text }]);
}
