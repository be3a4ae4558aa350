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

/** What proxies write into what they pass on. */
const forwardingHeaders = ["x-forwarded-for", "forwarded", "x-real-ip", "via"] as const;

/**
 * Whether a request was made on this machine: over loopback or, where HOST is one address of it, from that very address. A proxy on this
 * machine connects from here too; what it passes on for somebody else bears a header that says so.
 */
export function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? "";
  const isHere = address === "::1" || /^(?:::ffff:)?127\./.test(address) || address === socket.localAddress;
  return isHere && forwardingHeaders.every((name) => headers[name] === undefined);
}
