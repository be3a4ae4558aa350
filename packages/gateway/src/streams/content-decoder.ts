import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type Gunzip,
  type Inflate,
} from "node:zlib";

export type ContentDecoder = { write(chunk: Buffer): void; end(): void; destroy(): void };

type Receiver = { onData(chunk: Buffer): void; onEnd(): void; onError(error: Error): void };

/**
 * Undoes a content-encoding piece by piece, each as soon as it can be. Null: `identity`, nothing to undo. Throws RangeError for an
 * encoding that nobody asked for and we don't know.
 */
export function createContentDecoder(encoding: string | undefined, receiver: Receiver): ContentDecoder | null {
  const decoder = decoderFor((encoding ?? "identity").trim().toLowerCase());
  if (decoder === null) return null;
  decoder.on("data", (chunk: Buffer) => receiver.onData(chunk));
  decoder.on("end", () => receiver.onEnd());
  decoder.on("error", (error: Error) => receiver.onError(error));
  return {
    write: (chunk) => void decoder.write(chunk),
    end: () => void decoder.end(),
    destroy: () => void decoder.destroy(),
  };
}

function decoderFor(encoding: string): Gunzip | Inflate | BrotliDecompress | null {
  switch (encoding) {
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return createGunzip({ flush: constants.Z_SYNC_FLUSH });
    case "deflate":
      return createInflate({ flush: constants.Z_SYNC_FLUSH });
    case "br":
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    default:
      throw new RangeError(`unknown content-encoding ${encoding}`);
  }
}
