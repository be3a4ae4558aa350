import type { IncomingMessage } from "node:http";

/**
 * The address that a request came from. Behind a trusted proxy it is the last one in x-forwarded-for: what the nearest proxy saw;
 * those before it are the client's own words.
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? [request.headers["x-forwarded-for"] ?? ""].flat().join(",").split(",").at(-1)?.trim()
    : "";
  const address = forwarded || request.socket.remoteAddress || "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
