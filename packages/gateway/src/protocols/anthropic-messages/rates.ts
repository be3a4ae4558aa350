import type { Rates } from "../../canonical/protocol.ts";

/** A limit counts the last minute: then it is as if nothing had been asked. */
const WINDOW_MS = 60_000;

/** Anthropic's anthropic-ratelimit-* headers (docs.anthropic.com/en/api/rate-limits, "Response headers"): `reset` is a time of RFC 3339. */
export function encodeRates({ requests, tokens }: Rates): Record<string, string> {
  const headers: Record<string, string> = {};
  if (requests === null && tokens === null) return headers;
  const reset = new Date(Date.now() + WINDOW_MS).toISOString().replace(/\.\d+Z$/, "Z");
  for (const [name, rate] of [
    ["requests", requests],
    ["tokens", tokens],
  ] as const) {
    if (rate === null) continue;
    headers[`anthropic-ratelimit-${name}-limit`] = String(rate.limit);
    headers[`anthropic-ratelimit-${name}-remaining`] = String(rate.left);
    headers[`anthropic-ratelimit-${name}-reset`] = reset;
  }
  return headers;
}
