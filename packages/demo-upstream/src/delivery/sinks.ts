import type { ServerResponse } from "node:http";
import { type BrotliCompress, createBrotliCompress, createGzip, type Gzip } from "node:zlib";
import type { Framing } from "../scripts/plan.ts";

/** Where frames go. After `write` answered false, nothing more is written before `resume` was called. */
export type Sink = {
  write(text: string): boolean;
  onceDrained(resume: () => void): void;
  end(): void;
};

/** The `content-encoding` of a framing, if it has one. */
export function contentEncoding(framing: Framing): string | undefined {
  if (framing === "gzip") return "gzip";
  return framing === "brotli" ? "br" : undefined;
}

/** The sink that puts frames on the wire in the given manner. The headers must be written already. */
export function openSink(framing: Framing, response: ServerResponse, contentType = ""): Sink {
  switch (framing) {
    case "plain":
      return plainSink(response);
    case "crlf":
      // Only server-sent events know comments.
      return crlfSink(response, contentType.startsWith("text/event-stream") ? ": keep-alive\n\n" : "");
    case "gzip":
      return packedSink(createGzip(), response);
    case "brotli":
      return packedSink(createBrotliCompress(), response);
    case "split":
      return splitSink(response, (bytes) => Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)));
    case "half-utf8":
      return splitSink(response, cutInsideCharacter);
  }
}

function plainSink(response: ServerResponse): Sink {
  return {
    write: (text) => response.write(text),
    onceDrained: (resume) => response.once("drain", resume),
    end: () => response.end(),
  };
}

function crlfSink(response: ServerResponse, comment: string): Sink {
  return {
    ...plainSink(response),
    write: (text) => response.write((comment + text).replace(/\r?\n/g, "\r\n")),
  };
}

function packedSink(packer: Gzip | BrotliCompress, response: ServerResponse): Sink {
  packer.pipe(response);
  response.once("close", () => packer.destroy());
  return {
    write(text) {
      const ready = packer.write(text);
      packer.flush();
      return ready;
    },
    onceDrained: (resume) => packer.once("drain", resume),
    end: () => packer.end(),
  };
}

/** One part of a frame to a write and one write to a turn of the event loop, so that the parts arrive apart. */
function splitSink(response: ServerResponse, partsOf: (bytes: Buffer) => readonly Buffer[]): Sink {
  let closed = false;
  let resume: (() => void) | undefined;
  response.once("close", () => {
    closed = true;
  });
  const send = (parts: readonly Buffer[], position: number) => {
    if (closed) return;
    const part = parts[position];
    if (!part) {
      resume?.();
      return;
    }
    const next = () => send(parts, position + 1);
    if (response.write(part)) setImmediate(next);
    else response.once("drain", next);
  };
  return {
    write(text) {
      setImmediate(send, partsOf(Buffer.from(text)), 0);
      return false;
    },
    onceDrained(then) {
      resume = then;
    },
    end: () => response.end(),
  };
}

/** Two parts, cut after the first byte of the first character that has several; one part if there is none. */
function cutInsideCharacter(bytes: Buffer): readonly Buffer[] {
  const position = bytes.findIndex((byte) => byte >= 0xc0) + 1;
  return position === 0 ? [bytes] : [bytes.subarray(0, position), bytes.subarray(position)];
}
