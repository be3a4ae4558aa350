import type { GatewayReply, GatewayRequest } from "./pipeline/gateway-request.ts";

/** How long browsers may remember what they were told: the longest that any of them does, in seconds. */
const REMEMBERED_S = "86400";

/**
 * The answer to OPTIONS, by which browsers ask whether a page from elsewhere may call an endpoint (fetch.spec.whatwg.org, "CORS-preflight fetch").
 * It may: what counts here is the key that a request brings itself, never a cookie, so that no page can do with it more than its owner.
 */
export function tellOptions({ headers }: GatewayRequest, allowed: string): GatewayReply {
  const methods = `${allowed}, OPTIONS`;
  const asked = headers["access-control-request-headers"];
  return {
    status: 200,
    headers: {
      allow: methods,
      "access-control-allow-methods": methods,
      // A wildcard would not cover `authorization`.
      ...(asked !== undefined && { "access-control-allow-headers": asked.replace(/[^\w,\s-]/g, "") }),
      "access-control-max-age": REMEMBERED_S,
    },
    body: Buffer.alloc(0),
  };
}

/** An answer as pages from elsewhere may read it, with all of its headers. */
export function opened(reply: GatewayReply, { headers: { origin } }: GatewayRequest): GatewayReply {
  if (origin === undefined) return reply;
  const headers = { ...reply.headers, "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
  return { ...reply, headers };
}
