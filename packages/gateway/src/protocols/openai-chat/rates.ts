import type { Rates } from "../../canonical/protocol.ts";

/**
 * OpenAI's x-ratelimit-* headers. A limit counts the last 60 seconds, so 60 seconds after this request everything that it counts has left:
 * that is what `reset` says, the time until a limit is as if nothing had been asked.
 */
export function encodeRates({ requests, tokens }: Rates): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, rate] of [
    ["requests", requests],
    ["tokens", tokens],
  ] as const) {
    if (rate === null) continue;
    headers[`x-ratelimit-limit-${name}`] = String(rate.limit);
    headers[`x-ratelimit-remaining-${name}`] = String(rate.left);
    headers[`x-ratelimit-reset-${name}`] = "60s";
  }
  return headers;
}
