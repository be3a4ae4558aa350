import type { ServerResponse } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Answer, Framing } from "../scripts/plan.ts";
import { contentEncoding, openSink } from "./sinks.ts";

/** Sends a body in one piece, or with what the script has planned for it; `hangUp` breaks the connection. */
export function deliverWhole(json: string, answer: Answer, response: ServerResponse, hangUp: () => void) {
  const { fault, framing } = answer;
  if (fault?.kind === "silence") return;
  if (fault?.after === "start") return hangUp();
  if (framing === "split" || framing === "half-utf8") return deliverSplit(json, framing, response);
  const body = pack(Buffer.from(json), framing);
  const half = body.subarray(0, body.length >> 1);
  if (fault?.kind === "broken-json" || fault?.kind === "end") return sendJson(response, 200, half);
  if (fault?.kind === "error-text") {
    response.writeHead(200, { "content-type": "text/plain" });
    return response.end("Internal Server Error\n");
  }
  response.writeHead(200, headersFor(answer, body.length));
  if (fault?.kind === "break") {
    response.write(half);
    return hangUp();
  }
  response.end(body);
}

function headersFor({ framing, quirks }: Answer, length: number) {
  const encoding = contentEncoding(framing);
  const { contentType = "application/json" } = quirks;
  return {
    ...(contentType !== null && { "content-type": contentType }),
    "content-length": length,
    ...(encoding && { "content-encoding": encoding }),
  };
}

function pack(bytes: Buffer, framing: Framing): Buffer {
  if (framing === "gzip") return gzipSync(bytes);
  return framing === "brotli" ? brotliCompressSync(bytes) : bytes;
}

/** Sends a complete JSON body. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers?: Record<string, string>,
) {
  response.writeHead(status, jsonHeaders(Buffer.byteLength(body), headers));
  response.end(body);
}

function deliverSplit(json: string, framing: Framing, response: ServerResponse) {
  response.writeHead(200, jsonHeaders(Buffer.byteLength(json)));
  const sink = openSink(framing, response);
  sink.write(json);
  sink.onceDrained(() => sink.end());
}

function jsonHeaders(length: number, more?: Record<string, string>) {
  return { "content-type": "application/json", "content-length": length, ...more };
}
