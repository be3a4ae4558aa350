import type { IncomingHttpHeaders } from "node:http";
import { gunzipSync } from "node:zlib";
import type { TokenUsage } from "@lyceum/domain";
import type { Protocol } from "../canonical/protocol.ts";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";
import { LineSplitter } from "../streams/line-splitter.ts";
import { type FrameReceiver, SseSplitter } from "../streams/sse-splitter.ts";
import type { Upstream, UpstreamFault, UpstreamRequest } from "../upstream/upstream.ts";

const MAXIMUM_BYTES = 4 * 1024 * 1024;
const MAXIMUM_SAMPLE = 200;

/**
 * What came back. Times in milliseconds from sending. `sample`: the beginning of what a streamed chat said, or thought where it said
 * nothing; null where it gave neither. `complaint`: what went wrong in the middle of it. `isFinished`: it came to its end. `usage`: as a stream
 * reported it.
 */
export type Collected = { readonly firstByteMs: number; readonly totalMs: number } & (
  | { readonly kind: "fault"; readonly fault: UpstreamFault }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
      readonly sample: string | null;
      readonly complaint: UpstreamComplaint | null;
      readonly isFinished: boolean;
      readonly usage: TokenUsage | null;
      readonly firstOutputMs: number | null;
    }
);

/** Sends a request and gathers its answer, at most 4 MB of it; reads it as a stream of `protocol` where one is given. Never rejects. */
export function collect(
  upstream: Upstream,
  request: UpstreamRequest,
  protocol: Pick<Protocol, "framing" | "decodeStream"> | null = null,
): Promise<Collected> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const since = () => Math.round(performance.now() - startedAt);
    const chunks: Buffer[] = [];
    let headers: IncomingHttpHeaders = {};
    let status = 0;
    let length = 0;
    let firstByteMs = 0;
    const sample = new Sample(since);
    const splitter = protocol && splitterFor(protocol, sample);
    const exchange = upstream.send(request, {
      onStart(code, received) {
        status = code;
        headers = received;
        firstByteMs = since();
      },
      onData(chunk) {
        length += chunk.length;
        if (length > MAXIMUM_BYTES) return exchange.abort();
        chunks.push(chunk);
        if (headers["content-encoding"] === undefined) splitter?.push(chunk);
      },
      onEnd() {
        splitter?.end();
        const body = decoded(Buffer.concat(chunks), headers["content-encoding"]);
        const { text, complaint, isFinished, usage, firstOutputMs } = sample;
        resolve({
          kind: "answer",
          status,
          headers,
          body,
          sample: text,
          complaint,
          isFinished,
          usage,
          firstByteMs,
          firstOutputMs,
          totalMs: since(),
        });
      },
      onFault(fault) {
        resolve({ kind: "fault", fault, firstByteMs, totalMs: since() });
      },
    });
  });
}

/** Some servers compress whatever was asked for. What can't be unpacked is no answer of a model either way. */
function decoded(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: MAXIMUM_BYTES });
  } catch (error) {
    if (error instanceof Error) return Buffer.from(`gzip: ${error.message}`);
    throw error;
  }
}

function splitterFor({ framing, decodeStream }: Pick<Protocol, "framing" | "decodeStream">, sample: Sample) {
  const decoder = decodeStream((event) => sample.take(event));
  const receive: FrameReceiver = (_buffer, _start, _end, data, start, end) => {
    if (start >= 0) decoder.decode(data.toString("utf8", start, end));
  };
  return framing === "sse" ? new SseSplitter(receive) : new LineSplitter(receive);
}

/** The beginning of a streamed answer. */
class Sample {
  readonly #since: () => number;
  #said = "";
  #thought = "";
  complaint: UpstreamComplaint | null = null;
  isFinished = false;
  usage: TokenUsage | null = null;
  firstOutputMs: number | null = null;

  constructor(since: () => number) {
    this.#since = since;
  }

  take(event: ReplyEvent): void {
    if (event.type === "error") this.complaint ??= event.complaint;
    if (event.type === "finish") this.isFinished = true;
    if (event.type === "usage") this.usage = event.usage;
    if (event.type !== "text-delta" && event.type !== "reasoning-delta" && event.type !== "refusal-delta") return;
    if (event.text === "") return;
    this.firstOutputMs ??= this.#since();
    if (event.type === "reasoning-delta") this.#thought = `${this.#thought}${event.text}`.slice(0, MAXIMUM_SAMPLE);
    else this.#said = `${this.#said}${event.text}`.slice(0, MAXIMUM_SAMPLE);
  }

  get text(): string | null {
    return this.#said || this.#thought || null;
  }
}
