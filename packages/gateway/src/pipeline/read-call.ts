import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { AppError } from "@lyceum/domain";
import { ClientGone, type GatewayRequest, MOST_WITHOUT_ROOM } from "./gateway-request.ts";

const decompress = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** The bytes of a body that says it is JSON, decompressed. Throws or rejects with unsupported_media_type, body_too_large or invalid_request. */
export function readJsonBody(request: GatewayRequest, limitBytes: number): Buffer | Promise<Buffer> {
  const { "content-type": type, "content-encoding": encoding = "identity" } = request.headers;
  if (type !== undefined && !/^\s*application\/(?:[\w.+-]*\+)?json\s*(?:;|$)/i.test(type)) {
    throw new AppError("unsupported_media_type", { parameters: { type: type.slice(0, 100) } });
  }
  const sent = request.readBody(limitBytes);
  if (Buffer.isBuffer(sent) && encoding === "identity") return kept(request, sent);
  return readLater(request, sent, encoding, limitBytes);
}

async function readLater(
  request: GatewayRequest,
  reading: Buffer | Promise<Buffer>,
  encoding: string,
  limitBytes: number,
): Promise<Buffer> {
  const sent = await reading;
  return kept(request, encoding === "identity" ? sent : await decoded(request, sent, encoding, limitBytes));
}

function kept(request: GatewayRequest, body: Buffer): Buffer {
  request.room.shrink(body.length);
  return withoutMark(body);
}

/** RFC 8259 (8.1) lets readers pass over the byte order mark that some editors put before a text. */
function withoutMark(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}

/** The limit as people read it. */
export function tooLarge(limitBytes: number): AppError {
  const limit =
    limitBytes >= 1_048_576 ? `${Math.floor(limitBytes / 1_048_576)} MB` : `${Math.floor(limitBytes / 1_024)} KB`;
  return new AppError("body_too_large", { parameters: { limit } });
}

async function decoded(request: GatewayRequest, body: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  const undo = name === "gzip" || name === "deflate" || name === "br" ? decompress[name] : null;
  if (undo === null) {
    throw new AppError("invalid_request", {
      parameters: {
        reason_zh: `不支持的 content-encoding：${name.slice(0, 40)}。`,
        reason_en: `the content-encoding ${name.slice(0, 40)} is not supported.`,
      },
    });
  }
  try {
    // What is small when it is decoded need not wait for room; what isn't says so by this error, and is decoded once more.
    const isSmall = body.length <= MOST_WITHOUT_ROOM;
    const small = isSmall
      ? await undo(body, { maxOutputLength: Math.min(MOST_WITHOUT_ROOM, limitBytes) }).catch(onlyTooLong)
      : null;
    if (small !== null) return small;
    await request.room.take(limitBytes);
    return await undo(body, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof AppError || error instanceof ClientGone) throw error;
    if (error instanceof RangeError) throw tooLarge(limitBytes);
    throw new AppError("invalid_request", {
      cause: error,
      parameters: { reason_zh: `请求体不是完好的 ${name} 数据。`, reason_en: `the body is not sound ${name} data.` },
    });
  }
}

function onlyTooLong(error: unknown): null {
  if (error instanceof RangeError) return null;
  throw error;
}
