import type { Step } from "../protocols/protocol.ts";
import type { Sink } from "./sinks.ts";

type Frame = Extract<Step, { kind: "frame" }>;

/** How a stream is paced, and who hears of its events. */
export type StreamOptions = {
  everyMs: number;
  /** How long before each paced frame, where they differ. */
  pauseBefore?: ((frame: number) => number) | undefined;
  onContent(): void;
  hangUp(): void;
};

/** A response, as far as it matters here: it says when the connection is done. */
type Closing = { once(event: "close", listener: () => void): unknown };

/**
 * Takes the steps one by one and writes them as fast as the client reads, each paced one its pause after the one before.
 * Makes nothing in advance, and stops at once when the client goes.
 */
export function deliverStream(steps: Iterator<Step>, sink: Sink, response: Closing, options: StreamOptions) {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = performance.now();
  let paced = 0;
  response.once("close", () => {
    stopped = true;
    clearTimeout(timer);
    steps.return?.();
  });

  const write = (frame: Frame) => {
    if (frame.content) options.onContent();
    return sink.write(frame.text);
  };
  const writePaced = (frame: Frame) => {
    if (write(frame)) pump();
    else sink.onceDrained(pump);
  };
  const pump = () => {
    while (!stopped) {
      const next = steps.next();
      if (next.done) return sink.end();
      const step = next.value;
      if (step.kind === "silence") return;
      if (step.kind === "break") return options.hangUp();
      const pauseMs = step.paced ? (options.pauseBefore?.(paced++) ?? options.everyMs) : 0;
      if (pauseMs > 0) {
        const now = performance.now();
        // A stream held up by a slow reader goes on at its pace and does not catch up in a burst.
        dueAt = Math.max(dueAt + pauseMs, now);
        timer = setTimeout(writePaced, Math.ceil(dueAt - now), step);
        return;
      }
      if (!write(step)) return sink.onceDrained(pump);
    }
  };
  pump();
}
