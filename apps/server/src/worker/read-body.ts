import type { IncomingMessage } from "node:http";
import { ClientGone, tooLarge } from "@lyceum/gateway";

/**
 * The whole body of a request. Rejects with `body_too_large` once it is known to be longer than `limitBytes` (what is left is read and
 * forgotten, so that the client gets to read the answer), and with ClientGone if the client hangs up before its end.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limitBytes) return reject(tooLarge(limitBytes));
    if (request.destroyed && !request.readableEnded) return reject(new ClientGone());
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge(limitBytes));
      }
    });
    request.once("end", () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length));
    });
    request.once("error", () => reject(new ClientGone()));
    request.once("close", () => {
      if (!request.readableEnded) reject(new ClientGone());
    });
  });
}
