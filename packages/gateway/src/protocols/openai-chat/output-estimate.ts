/** Bytes of UTF-8 text that make a token, on the high side: English has about 4, Chinese 4 to 5, so an estimate of a charge is never too high. */
const BYTES_PER_TOKEN = 5;

/** Output tokens of an answer whose upstream reported none, by the bytes of its texts and tool arguments. */
export function estimateOutputTokens(choices: unknown): number {
  return tokensOfBytes(textBytes(choices));
}

/** Output tokens in so many bytes of text. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** Bytes of all texts that a model wrote in these choices. */
function textBytes(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + textBytes(each), 0);
  if (typeof value !== "object" || value === null) return 0;
  let bytes = 0;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== "string") bytes += textBytes(each);
    else if (written.has(key)) bytes += Buffer.byteLength(each);
  }
  return bytes;
}

const written = new Set(["content", "reasoning_content", "reasoning", "refusal", "arguments", "name", "text"]);
