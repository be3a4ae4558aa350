import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Answer } from "../scripts/plan.ts";
import { openSink } from "./sinks.ts";

/** Sends a body in one piece, or with what the script has planned for it; `hangUp` breaks the connection. */
export function deliverWhole(json: string, { fault, framing }: Answer, response: ServerResponse, hangUp: () => void) {
  if (fault?.kind === "silence") return;
  if (fault?.after === "start") return hangUp();
  if (framing === "split") return deliverSplit(json, response);
  const plain = Buffer.from(json);
  const body = framing === "gzip" ? gzipSync(plain) : plain;
  const half = body.subarray(0, body.length >> 1);
  if (fault?.kind === "broken-json" || fault?.kind === "end") return sendJson(response, 200, half);
  if (fault?.kind === "error-text") {
    response.writeHead(200, { "content-type": "text/plain" });
    return response.end("Internal Server Error\n");
  }
  response.writeHead(200, jsonHeaders(body.length, framing === "gzip" ? { "content-encoding": "gzip" } : undefined));
  if (fault?.kind === "break") {
    response.write(half);
    return hangUp();
  }
  response.end(body);
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

function deliverSplit(json: string, response: ServerResponse) {
  response.writeHead(200, jsonHeaders(Buffer.byteLength(json)));
  const sink = openSink("split", response);
  sink.write(json);
  sink.onceDrained(() => sink.end());
}

function jsonHeaders(length: number, more?: Record<string, string>) {
  return { "content-type": "application/json", "content-length": length, ...more };
}
