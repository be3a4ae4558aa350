import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";

export type ContentDecoder = { write(chunk: Buffer): void; end(): void; destroy(): void };

type Receiver = { onData(chunk: Buffer): void; onEnd(): void; onError(error: Error): void };

/**
 * Undoes a content-encoding piece by piece, each as soon as it can be. Null: `identity`, nothing to undo. Throws RangeError for an
 * encoding that nobody asked for and we don't know.
 */
export function createContentDecoder(encoding: string | undefined, receiver: Receiver): ContentDecoder | null {
  const open = openerFor((encoding ?? "identity").trim().toLowerCase());
  return open === null ? null : new Decoder(open, receiver);
}

/** Opens when the first bytes are there, because what they are decides how. */
class Decoder implements ContentDecoder {
  readonly #open: (first: Buffer) => Transform;
  readonly #receiver: Receiver;
  #stream: Transform | null = null;

  constructor(open: (first: Buffer) => Transform, receiver: Receiver) {
    this.#open = open;
    this.#receiver = receiver;
  }

  write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#stream ??= this.#opened(chunk);
    this.#stream.write(chunk);
  }

  end(): void {
    if (this.#stream === null) this.#receiver.onEnd();
    else this.#stream.end();
  }

  destroy(): void {
    this.#stream?.destroy();
  }

  #opened(first: Buffer): Transform {
    const stream = this.#open(first);
    // What a listener throws here nobody would catch: it is an error of this answer, and of no other.
    const guarded = (act: () => void) => {
      try {
        act();
      } catch (error) {
        stream.destroy();
        this.#receiver.onError(error instanceof Error ? error : new Error(String(error)));
      }
    };
    stream.on("data", (chunk: Buffer) => guarded(() => this.#receiver.onData(chunk)));
    stream.on("end", () => guarded(() => this.#receiver.onEnd()));
    stream.on("error", (error: Error) => this.#receiver.onError(error));
    return stream;
  }
}

function openerFor(encoding: string): ((first: Buffer) => Transform) | null {
  switch (encoding) {
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return () => createGunzip({ flush: constants.Z_SYNC_FLUSH });
    case "deflate":
      // Many send it bare, without the frame of zlib that the name stands for (RFC 9110, section 8.4.1.2).
      return ([first = 0]) =>
        (first & 0x0f) === 8
          ? createInflate({ flush: constants.Z_SYNC_FLUSH })
          : createInflateRaw({ flush: constants.Z_SYNC_FLUSH });
    case "br":
      return () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    case "zstd":
      return () => createZstdDecompress();
    default:
      throw new RangeError(`unknown content-encoding ${encoding}`);
  }
}
