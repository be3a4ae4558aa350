/** Where a tier begins, exactly: 128000 is 128 k, 1000000 is 1 M, 131072 stays 131,072 (a context window may be rounded, a price not). */
export function aboveText(tokens: number): string {
  for (const [size, unit] of [
    [1_000_000, "M"],
    [1_000, "k"],
  ] as const) {
    if (tokens % size === 0) return `${tokens / size} ${unit}`;
  }
  return tokens.toLocaleString("en-US");
}
