import type { Rates } from "../../canonical/protocol.ts";

/** Ollama knows no limits a minute, and its clients read no headers about them. What is over a limit is a 429 with Retry-After. */
export function encodeRates(_rates: Rates): Record<string, string> {
  return {};
}
