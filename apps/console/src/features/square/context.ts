/** A context window as it is spoken of: 131072 is 128 k, 128000 is 128 k, 1048576 and 1000000 are 1 M. */
export function contextText(tokens: number): string {
  for (const base of [1000, 1024]) {
    if (tokens >= base ** 2 && tokens % base ** 2 === 0) return `${tokens / base ** 2} M`;
    if (tokens >= base && tokens % base === 0) return `${tokens / base} k`;
  }
  return tokens.toLocaleString("en-US");
}
