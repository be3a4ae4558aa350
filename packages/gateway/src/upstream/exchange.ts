import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { RunningList } from "../running-list.ts";
import { AddressRefused } from "./guarded-connect.ts";
import type { UpstreamExchange, UpstreamFault, UpstreamReceiver, UpstreamRequest } from "./upstream.ts";

/** One request on its way: undici's handler on one side, the pipeline's receiver on the other. */
export class Exchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  readonly #receiver: UpstreamReceiver;
  readonly #running: RunningList<Exchange>;
  readonly #idleTimeoutMs: number;
  readonly #totalDeadline: number;
  #idleDeadline: number;
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;
  #isPaused = false;
  /** Something has come since the deadlines were looked at: asking for the time with every chunk would cost more. */
  #hasHeard = false;
  isSent = false;
  place = -1;

  constructor(request: UpstreamRequest, receiver: UpstreamReceiver, running: RunningList<Exchange>) {
    const now = performance.now();
    this.#receiver = receiver;
    this.#running = running;
    this.#idleTimeoutMs = request.channel.idleTimeoutMs;
    this.#totalDeadline = now + request.channel.totalTimeoutMs;
    this.#idleDeadline = now + request.startTimeoutMs;
  }

  /** `stillMs`: for how long this process could not have heard anything since they were last looked at. That is no silence of the upstream's. */
  checkDeadlines(now: number, stillMs: number): void {
    if (this.#hasHeard) this.#idleDeadline = now + this.#idleTimeoutMs;
    else this.#idleDeadline += stillMs;
    this.#hasHeard = false;
    // While the client takes nothing the upstream can't be idle.
    if (now < this.#totalDeadline && (this.#isPaused || now < this.#idleDeadline)) return;
    this.fail("timeout", new Error(now >= this.#totalDeadline ? "total time-out" : "idle time-out"));
  }

  abort(): void {
    this.fail("aborted", null);
  }

  pause(): void {
    if (this.#isPaused || this.#isOver) return;
    this.#isPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#idleDeadline = performance.now() + this.#idleTimeoutMs;
    if (!this.#isOver) this.#controller?.resume();
  }

  fail(kind: UpstreamFault["kind"], cause: unknown): void {
    if (this.#isOver) return;
    this.#finish();
    this.#controller?.abort(cause instanceof Error ? cause : new Error(kind));
    this.#receiver.onFault({ kind, cause });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error("aborted before it was sent"));
    else this.isSent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isOver || status < 200) return;
    this.#hasHeard = true;
    this.#receiver.onStart(status, headers);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#hasHeard = true;
    this.#receiver.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#finish();
    try {
      this.#receiver.onEnd();
    } catch (cause) {
      // Whatever goes wrong with it, the request must come to an end that is settled.
      this.#receiver.onFault({ kind: "broken", cause });
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof AddressRefused) this.fail("address", error);
    else this.fail(this.isSent ? "broken" : "connect", error);
  }

  #finish(): void {
    this.#isOver = true;
    this.#running.remove(this);
  }
}
