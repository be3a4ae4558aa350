import type { IncomingMessage } from "node:http";

/** Bytes a request body may have. */
export const bodyLimitBytes = 64 * 1024 * 1024;

/**
 * The whole body, or "too-large". What is too large is read to its end but not kept, so that the client gets to read the
 * refusal. Rejects if the client goes before it has sent everything.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | "too-large"> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bodyLimitBytes) chunks.push(chunk);
      else chunks = [];
    });
    request.once("end", () => {
      const [first] = chunks;
      if (length > bodyLimitBytes) resolve("too-large");
      else resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks, length));
    });
    request.once("error", reject);
  });
}
