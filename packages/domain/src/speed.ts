/**
 * What the speed test measures of one stream. Times in milliseconds of a monotonic clock; t0 is when the request was written.
 * docs/speed.md says it in words.
 */
export type StreamTimes = {
  readonly sentAt: number;
  readonly firstByteAt: number | null;
  /** The first token of any kind, thinking included, that isn't empty. */
  readonly firstTokenAt: number | null;
  /** The first token of the answer. */
  readonly firstAnswerAt: number | null;
  readonly lastTokenAt: number | null;
};

export type TokenCount = {
  /** As the upstream reported it; null: it reported none. */
  readonly reported: number | null;
  /** Of `reported`, thinking that was not in the stream. */
  readonly hidden: number;
  /** Pieces of the stream that held text. */
  readonly pieces: number;
};

/** One request's figures; null: it never came so far. */
export type SpeedFigures = {
  readonly firstByteMs: number | null;
  readonly ttftMs: number | null;
  readonly ttfaMs: number | null;
  readonly tpotMs: number | null;
  readonly e2eMs: number | null;
  /** Tokens that came in the stream. */
  readonly tokens: number;
  /** Counted by pieces, because the upstream reported none: shown with ≈. */
  readonly isCounted: boolean;
};

/** The figures of one stream by its times and tokens. */
export function speedFigures(times: StreamTimes, count: TokenCount): SpeedFigures {
  const { sentAt, firstByteAt, firstTokenAt, firstAnswerAt, lastTokenAt } = times;
  const since = (at: number | null) => (at === null ? null : at - sentAt);
  const isCounted = count.reported === null || count.reported - count.hidden <= 0;
  const tokens = isCounted ? count.pieces : (count.reported ?? 0) - count.hidden;
  const spread = firstTokenAt === null || lastTokenAt === null ? null : lastTokenAt - firstTokenAt;
  return {
    firstByteMs: since(firstByteAt),
    ttftMs: since(firstTokenAt),
    ttfaMs: since(firstAnswerAt),
    // Of one token, or of tokens that all came at once, nothing can be said.
    tpotMs: spread === null || spread <= 0 || tokens < 2 ? null : spread / (tokens - 1),
    e2eMs: since(lastTokenAt),
    tokens,
    isCounted,
  };
}

/**
 * Thinking tokens that a usage counts and a stream didn't show. Whoever shows thinking shows all of it, so that it is all or none.
 */
export function hiddenTokens(reasoning: number, hasShownThinking: boolean): number {
  return hasShownThinking ? 0 : reasoning;
}

/** The value at a percentile by the nearest rank: one that was measured, never between two. Null of nothing. */
export function nearestRank(values: readonly number[], percent: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] ?? null;
}

/** Whether a percentile of so many values is only their greatest: then it is called that. */
export function isMaximum(percent: number, count: number): boolean {
  return count > 0 && Math.ceil((percent / 100) * count) >= count;
}

/** Tokens a second: while it decodes (1/TPOT), of one request from end to end (n/E2E), and of all together (Σn/wall). */
export function decodeRate(tpotMs: number | null): number | null {
  return tpotMs === null || tpotMs <= 0 ? null : 1_000 / tpotMs;
}

export function requestRate({ tokens, e2eMs }: Pick<SpeedFigures, "tokens" | "e2eMs">): number | null {
  return e2eMs === null || e2eMs <= 0 || tokens === 0 ? null : (tokens * 1_000) / e2eMs;
}

export function systemRate(tokens: number, wallMs: number): number | null {
  return wallMs <= 0 || tokens === 0 ? null : (tokens * 1_000) / wallMs;
}

/** How a speed test goes. */
export const speedProtocol = {
  maxTokens: 256,
  warmUps: 1,
  runs: 10,
  timeoutMs: 60_000,
  /** Tokens of a prompt, by our count; each model's tokenizer differs a little. */
  promptTokens: { short: 64, long: 4096 },
  mostModels: 6,
  concurrencies: { everyone: [1], staff: [1, 4, 8] },
} as const;

export type SpeedPrompt = keyof typeof speedProtocol.promptTokens;
export type SpeedLanguage = "zh" | "en";
