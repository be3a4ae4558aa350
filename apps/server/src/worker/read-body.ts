import type { IncomingMessage } from "node:http";
import { ClientGone, MOST_WITHOUT_ROOM, tooLarge } from "@lyceum/gateway";
import type { BodyShare } from "./body-budget.ts";

/**
 * The whole body of a request. Rejects with `body_too_large` once it is known to be longer than `limitBytes` (what is left is read and
 * forgotten, so that the client gets to read the answer), and with ClientGone if the client hangs up before its end. A large one is read once
 * its `share` is there; until then nothing is read, so that TCP holds the client back. Null is for limits that are small. What has come already,
 * as most bodies have with their headers once anything was waited for, is there at once.
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  share: BodyShare | null,
): Buffer | Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limitBytes) return Promise.reject(tooLarge(limitBytes));
  const body = inHand(request, declared);
  if (body !== null) return body;
  if (declared <= MOST_WITHOUT_ROOM) return gather(request, limitBytes, 0, share);
  const isEncoded = (request.headers["content-encoding"] ?? "identity") !== "identity";
  return untilRoom(request, isEncoded ? limitBytes : declared, share).then(() =>
    gather(request, limitBytes, declared, share),
  );
}

/** The body, if the parser has put the whole of its `declared` length into the request's buffer, which is small; else null. */
function inHand(request: IncomingMessage, declared: number): Buffer | null {
  if (declared === 0 || request.readableLength !== declared || request.destroyed) return null;
  const body: unknown = request.read();
  // The parser has yet to say that this was all: nobody else would hear of it.
  request.resume();
  return Buffer.isBuffer(body) ? body : null;
}

function untilRoom(request: IncomingMessage, bytes: number, share: BodyShare | null): Promise<void> {
  if (share === null) return Promise.resolve();
  const leave = () => share.release();
  request.once("close", leave);
  return share.take(bytes).finally(() => request.off("close", leave));
}

/** `declared`: the length, where it is known and large; else 0. */
function gather(
  request: IncomingMessage,
  limitBytes: number,
  declared: number,
  share: BodyShare | null,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (request.destroyed && !request.readableEnded) return reject(new ClientGone());
    // One piece from the beginning: gathered from chunks it would stand in memory twice.
    const whole = declared > 0 ? Buffer.allocUnsafeSlow(declared) : null;
    const chunks: Buffer[] = [];
    let length = 0;
    let isLarge = whole !== null;
    let isRefused = false;
    const refuse = (reason: unknown) => {
      isRefused = true;
      chunks.length = 0;
      reject(reason);
    };
    request.on("data", (chunk: Buffer) => {
      if (isRefused) return;
      length += chunk.length;
      if (length > limitBytes) return refuse(tooLarge(limitBytes));
      if (whole === null) chunks.push(chunk);
      else chunk.copy(whole, length - chunk.length);
      if (isLarge || length <= MOST_WITHOUT_ROOM) return;
      // Sent in chunks, it may become as large as is allowed at all.
      isLarge = true;
      request.pause();
      untilRoom(request, limitBytes, share)
        .catch(refuse)
        .finally(() => request.resume());
    });
    request.once("end", () => {
      const [first] = chunks;
      resolve(whole ?? (first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length)));
    });
    request.once("error", () => reject(new ClientGone()));
    request.once("close", () => {
      if (!request.readableEnded) reject(new ClientGone());
    });
  });
}
