import type { AppError } from "@lyceum/domain";
import type { SignOfLife, Waiting } from "../canonical/waiting.ts";
import type { Admitted } from "./admit.ts";
import type { GatewayReply, ReplySink, ReplyStream } from "./gateway-request.ts";
import type { InLine, Line } from "./take-route.ts";

/** Whoever waits for a shorter time gets status and headers with the answer itself. */
const QUIET_MS = 3_000;
/** Shorter than the time-outs of proxies and clients. */
const SIGN_EVERY_MS = 10_000;

/**
 * The answer to a streamed call that may have to wait in line: if that takes long the client gets status and headers, and from then on signs of life in
 * its own protocol, until the answer itself goes on in their place.
 */
export class WaitingStream implements ReplyStream, Line {
  readonly #admitted: Admitted;
  readonly #waiting: Waiting;
  readonly #onOpen: (stream: WaitingStream) => void;
  readonly #createdAt = Date.now();
  #inLine: InLine | null = null;
  #timer: NodeJS.Timeout | undefined;
  #sink: ReplySink | null = null;
  #rest: Buffer | ReplyStream | null = null;
  readonly #opening: string;
  /** Status and headers are with the client, or on their way there. */
  isOpen = false;

  /** `onOpen`: it is to be the answer's body from now on. Called at most once. */
  constructor(admitted: Admitted, waiting: Waiting, onOpen: (stream: WaitingStream) => void) {
    this.#admitted = admitted;
    this.#waiting = waiting;
    this.#onOpen = onOpen;
    this.#opening = waiting.opening?.(admitted.call) ?? "";
  }

  enter(inLine: InLine): void {
    this.#inLine = inLine;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#live(), this.isOpen ? SIGN_EVERY_MS : QUIET_MS);
  }

  leave(): void {
    this.#inLine = null;
    clearTimeout(this.#timer);
  }

  start(sink: ReplySink): void {
    this.#sink = sink;
    if (this.#opening !== "") sink.write(Buffer.from(this.#opening));
    if (this.#rest !== null) this.goOn(this.#rest);
    else this.#sign();
  }

  resume(): void {
    if (this.#rest !== null && !Buffer.isBuffer(this.#rest)) this.#rest.resume();
  }

  /** What the client gets of a failure that comes before anything was answered. */
  failure(error: AppError): Buffer {
    return Buffer.from(this.#waiting.failure(error, this.#about(), this.#admitted.call));
  }

  /** The rest of the body is there. */
  goOn(rest: GatewayReply["body"]): void {
    this.leave();
    this.#rest = rest;
    if (this.#sink === null) return;
    // Also where the client has gone: with the end of the answer is given back what its request holds.
    const sink = this.#opening === "" ? this.#sink : without(this.#opening, this.#sink);
    if (!Buffer.isBuffer(rest)) rest.start(sink);
    else {
      if (!this.#admitted.request.client.isGone) sink.write(rest);
      sink.end();
    }
  }

  #live(): void {
    this.#timer = setTimeout(() => this.#live(), SIGN_EVERY_MS);
    if (this.isOpen) this.#sign();
    else {
      this.isOpen = true;
      this.#onOpen(this);
    }
  }

  #sign(): void {
    if (this.#admitted.request.client.isGone) return;
    this.#sink?.write(Buffer.from(this.#waiting.sign(this.#about(), this.#admitted.call)));
  }

  #about(): SignOfLife {
    const { request, call } = this.#admitted;
    const place = this.#inLine?.place;
    return {
      model: call.model,
      requestId: request.id,
      createdAt: this.#createdAt,
      place: place?.place ?? null,
      waitMs: place?.waitMs ?? null,
    };
  }
}

/** A sink that takes off what its first chunk begins with, because it has been sent already. */
function without(opening: string, sink: ReplySink): ReplySink {
  let isFirst = true;
  return {
    write(chunk) {
      const isRepeated = isFirst && chunk.toString("latin1", 0, opening.length) === opening;
      isFirst = false;
      return sink.write(isRepeated ? chunk.subarray(opening.length) : chunk);
    },
    end: () => sink.end(),
  };
}

/**
 * Answers with what `answer` comes to, or at once with a stream that it becomes the rest of. `open` makes status and headers of such a stream; `onFault`
 * hears of a fault of our own that no status can tell any more, and says how the client is to be told.
 */
export function answerOrWait(
  admitted: Admitted,
  waiting: Waiting,
  answer: (stream: WaitingStream) => Promise<GatewayReply>,
  open: (stream: WaitingStream) => GatewayReply,
  onFault: (thrown: unknown) => AppError,
): Promise<GatewayReply> {
  return new Promise((resolve, reject) => {
    const stream = new WaitingStream(admitted, waiting, () => resolve(open(stream)));
    answer(stream).then(
      (reply) => {
        if (stream.isOpen) stream.goOn(reply.body);
        else resolve(reply);
      },
      (thrown: unknown) => {
        if (!stream.isOpen) return reject(thrown);
        stream.goOn(stream.failure(onFault(thrown)));
      },
    );
  });
}
