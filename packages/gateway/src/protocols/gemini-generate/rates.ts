/** Gemini has no headers for limits a minute: what a client hears of them is RetryInfo in the error. */
export function encodeRates(): Record<string, string> {
  return {};
}
