import type { IncomingHttpHeaders } from "node:http";
import { gunzipSync } from "node:zlib";
import { textOfDelta } from "../protocols/openai-chat/delta-text.ts";
import { SseSplitter } from "../streams/sse-splitter.ts";
import type { Upstream, UpstreamFault, UpstreamRequest } from "../upstream/upstream.ts";

const MAXIMUM_BYTES = 4 * 1024 * 1024;

/** What came back. Times in milliseconds from sending. `sample`: the text of a streamed chat, null where it gave none. */
export type Collected = { readonly firstByteMs: number; readonly totalMs: number } & (
  | { readonly kind: "fault"; readonly fault: UpstreamFault }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: Buffer;
      readonly sample: string | null;
      readonly firstOutputMs: number | null;
    }
);

/** Sends a request and gathers its answer, at most 4 MB of it. Never rejects. */
export function collect(upstream: Upstream, request: UpstreamRequest): Promise<Collected> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const since = () => Math.round(performance.now() - startedAt);
    const chunks: Buffer[] = [];
    let headers: IncomingHttpHeaders = {};
    let status = 0;
    let length = 0;
    let firstByteMs = 0;
    let firstOutputMs: number | null = null;
    let sample: string | null = null;
    const splitter = new SseSplitter((_buffer, _start, _end, data, dataStart, dataEnd) => {
      const text = dataStart < 0 ? null : textOfDelta(data.toString("utf8", dataStart, dataEnd));
      if (text === null) return;
      firstOutputMs ??= since();
      sample = `${sample ?? ""}${text}`.slice(0, 200);
    });
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
        if (headers["content-encoding"] === undefined) splitter.push(chunk);
      },
      onEnd() {
        splitter.end();
        const sent = Buffer.concat(chunks);
        const body = headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
        resolve({ kind: "answer", status, body, sample, firstByteMs, firstOutputMs, totalMs: since() });
      },
      onFault(fault) {
        resolve({ kind: "fault", fault, firstByteMs, totalMs: since() });
      },
    });
  });
}
