import type { Dispatcher } from "undici";

/** One request to send. `headers`: names and values in turn. */
export type Message = { readonly path: string; readonly headers: readonly string[]; readonly body: Buffer };

/** What a run collects. Times in milliseconds. */
export class Tally {
  /** Requests that have been answered or have failed. */
  ended = 0;
  failed = 0;
  firstProblem = "";
  /** From the moment a request was due to its last byte. */
  readonly latencies: number[] = [];
  /** From the moment a request was due to the first byte of its body. */
  readonly firstBytes: number[] = [];
  /** Events of streams, and the times between two of one stream; only where `watchEvents` is on. */
  events = 0;
  readonly gaps: number[] = [];
  readonly watchEvents: boolean;
  /** What each event has once. */
  readonly mark: string;
  /** Streams whose first byte is there and whose last is not. */
  open = 0;

  constructor(watchEvents = false, mark = "\n\n") {
    this.watchEvents = watchEvents;
    this.mark = mark;
  }
}

/** What is wrong with the body of an answer; "" for nothing. */
export type Check = (body: Buffer) => string;

/** How the answers of a run are looked at. `check`: in place of the look at a stream's last bytes, at everything. */
export type Look = { readonly isStream: boolean; readonly check?: Check | undefined };

const NEWLINE = 10;
const STREAM_END = "[DONE]\n\n";

/** One request on its way: undici's raw handler, because anything dearer would take the CPU that is being measured. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #tally: Tally;
  readonly #dueAt: number;
  readonly #look: Look;
  readonly #chunks: Buffer[] = [];
  readonly #onEnd: () => void;
  #status = 0;
  #lastAt = 0;
  #hasBody = false;
  #lastChunk: Buffer | null = null;
  #isOver = false;

  constructor(tally: Tally, dueAt: number, look: Look, onEnd: () => void) {
    this.#tally = tally;
    this.#dueAt = dueAt;
    this.#look = look;
    this.#onEnd = onEnd;
  }

  onRequestStart(): void {}

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const tally = this.#tally;
    const now = tally.watchEvents || !this.#hasBody ? performance.now() : 0;
    if (!this.#hasBody) {
      this.#hasBody = true;
      tally.open++;
      tally.firstBytes.push(now - this.#dueAt);
    } else if (tally.watchEvents) {
      tally.gaps.push(now - this.#lastAt);
    }
    this.#lastAt = now;
    this.#lastChunk = chunk;
    if (this.#look.check !== undefined) this.#chunks.push(chunk);
    if (!tally.watchEvents) return;
    const { mark } = tally;
    for (let at = chunk.indexOf(mark); at !== -1; at = chunk.indexOf(mark, at + mark.length)) tally.events++;
  }

  onResponseEnd(): void {
    if (this.#status !== 200) this.#finish(`status ${this.#status}: ${this.#lastChunk?.toString().slice(0, 300)}`);
    else if (this.#look.check !== undefined) this.#finish(this.#look.check(Buffer.concat(this.#chunks)));
    else if (this.#look.isStream && !this.#isWhole()) this.#finish("a stream ended without [DONE]");
    else this.#finish("");
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#finish(String(error));
  }

  /** A short last chunk may hold only part of the end: then its last byte has to do. */
  #isWhole(): boolean {
    const last = this.#lastChunk;
    if (last === null) return false;
    const end = last.length - STREAM_END.length;
    return end < 0 ? last.at(-1) === NEWLINE : last.toString("latin1", end) === STREAM_END;
  }

  #finish(problem: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const tally = this.#tally;
    tally.ended++;
    if (this.#hasBody) tally.open--;
    tally.latencies.push(performance.now() - this.#dueAt);
    if (problem !== "") {
      if (tally.failed === 0) tally.firstProblem = problem;
      tally.failed++;
    }
    this.#onEnd();
  }
}

/** Sends a request and calls `onEnd` when it was answered or has failed. `dueAt`: the moment its latency counts from. */
export function exchange(
  dispatcher: Dispatcher,
  message: Message,
  run: { tally: Tally; dueAt: number; look: Look; onEnd: () => void },
): void {
  dispatcher.dispatch(
    { method: "POST", path: message.path, headers: message.headers as string[], body: message.body },
    new Exchange(run.tally, run.dueAt, run.look, run.onEnd),
  );
}
