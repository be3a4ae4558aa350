import type { IncomingHttpHeaders } from "node:http";
import type { Upstream, UpstreamRequest } from "./upstream.ts";

const MAXIMUM_BYTES = 1024 * 1024;

export type Gathered = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** A small answer as a whole, not decompressed; null: the exchange failed, or it is longer than 1 MB. */
export function gather(upstream: Upstream, request: UpstreamRequest): Promise<Gathered | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    const exchange = upstream.send(request, {
      onStart(code, received) {
        status = code;
        headers = received;
      },
      onData(chunk) {
        length += chunk.length;
        if (length > MAXIMUM_BYTES) exchange.abort();
        else chunks.push(chunk);
      },
      onEnd: () => resolve({ status, headers, body: Buffer.concat(chunks) }),
      onFault: () => resolve(null),
    });
  });
}
