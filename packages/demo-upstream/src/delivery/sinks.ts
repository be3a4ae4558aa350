import type { ServerResponse } from "node:http";
import { createGzip } from "node:zlib";
import type { Framing } from "../scripts/plan.ts";

/** Where frames go. After `write` answered false, nothing more is written before `resume` was called. */
export type Sink = {
  write(text: string): boolean;
  onceDrained(resume: () => void): void;
  end(): void;
};

/** The sink that puts frames on the wire in the given manner. The headers must be written already. */
export function openSink(framing: Framing, response: ServerResponse): Sink {
  switch (framing) {
    case "plain":
      return plainSink(response);
    case "crlf":
      return crlfSink(response);
    case "gzip":
      return gzipSink(response);
    case "split":
      return splitSink(response);
  }
}

function plainSink(response: ServerResponse): Sink {
  return {
    write: (text) => response.write(text),
    onceDrained: (resume) => response.once("drain", resume),
    end: () => response.end(),
  };
}

function crlfSink(response: ServerResponse): Sink {
  return {
    ...plainSink(response),
    write: (text) => response.write(`: keep-alive\n\n${text}`.replaceAll("\n", "\r\n")),
  };
}

function gzipSink(response: ServerResponse): Sink {
  const gzip = createGzip();
  gzip.pipe(response);
  response.once("close", () => gzip.destroy());
  return {
    write(text) {
      const ready = gzip.write(text);
      gzip.flush();
      return ready;
    },
    onceDrained: (resume) => gzip.once("drain", resume),
    end: () => gzip.end(),
  };
}

/** One byte to a write and one write to a turn of the event loop, so that the pieces arrive apart. */
function splitSink(response: ServerResponse): Sink {
  let closed = false;
  let resume: (() => void) | undefined;
  response.once("close", () => {
    closed = true;
  });
  const send = (bytes: Buffer, position: number) => {
    if (closed) return;
    if (position === bytes.length) {
      resume?.();
      return;
    }
    const next = () => send(bytes, position + 1);
    if (response.write(bytes.subarray(position, position + 1))) setImmediate(next);
    else response.once("drain", next);
  };
  return {
    write(text) {
      setImmediate(send, Buffer.from(text), 0);
      return false;
    },
    onceDrained(then) {
      resume = then;
    },
    end: () => response.end(),
  };
}
