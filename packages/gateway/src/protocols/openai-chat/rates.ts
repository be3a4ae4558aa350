import type { Rates } from "../../canonical/protocol.ts";

/**
 * OpenAI's x-ratelimit-* headers. A limit counts the last 60 seconds, so 60 seconds after this request everything that it counts has left:
 * that is what `reset` says, the time until a limit is as if nothing had been asked.
 */
export function encodeRates({ requests, tokens }: Rates): Record<string, string> {
  const headers: Record<string, string> = {};
  // Names that are put together would have to be looked up among all strings, with every answer.
  if (requests !== null) {
    headers["x-ratelimit-limit-requests"] = String(requests.limit);
    headers["x-ratelimit-remaining-requests"] = String(requests.left);
    headers["x-ratelimit-reset-requests"] = "60s";
  }
  if (tokens !== null) {
    headers["x-ratelimit-limit-tokens"] = String(tokens.limit);
    headers["x-ratelimit-remaining-tokens"] = String(tokens.left);
    headers["x-ratelimit-reset-tokens"] = "60s";
  }
  return headers;
}
