import type { SpeedSampleRow } from "@lyceum/db";
import { decodeRate, isMaximum, nearestRank, requestRate, systemRate } from "@lyceum/domain";

/** A quantity over the requests that had it; null: none had. */
export interface Spread {
  p50: number;
  p95: number;
  /** p95 is only the greatest of so few. */
  isMaximum: boolean;
  count: number;
}

export interface ModelSummary {
  model: string;
  /** Measured requests that went through, of those asked; the warm-up is neither. */
  passed: number;
  asked: number;
  /** Why the others didn't, most frequent first. */
  reasons: { code: string; count: number }[];
  ttft: Spread | null;
  ttfa: Spread | null;
  tpot: Spread | null;
  e2e: Spread | null;
  /** Tokens a second: 1/TPOT, n/E2E (both p50), Σn/wall. */
  decode: number | null;
  request: number | null;
  system: number | null;
  /** Some of the tokens were counted by pieces. */
  isCounted: boolean;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  /** All of it, with the warm-up; null where nothing is known of it. */
  chargeNanos: bigint | null;
  channelIds: string[];
  /** TTFT here − TTFT of the upstream as the gateway saw it. */
  overhead: Spread | null;
}

/** What a run says about each of its models, in the run's order. */
export function summarize(models: readonly string[], samples: readonly SpeedSampleRow[]): ModelSummary[] {
  return models.map((model) =>
    summarizeModel(
      model,
      samples.filter((sample) => sample.model === model),
    ),
  );
}

function summarizeModel(model: string, all: readonly SpeedSampleRow[]): ModelSummary {
  const measured = all.filter((sample) => sample.place > 0);
  const passed = measured.filter((sample) => sample.errorCode === null);
  const tpot = spreadOf(passed, (sample) => sample.tpotMs);
  const charges = all.flatMap((sample) => sample.chargeNanos ?? []);
  return {
    model,
    passed: passed.length,
    asked: measured.length,
    reasons: reasonsOf(measured.length > 0 ? measured : all),
    ttft: spreadOf(passed, (sample) => sample.ttftMs),
    ttfa: spreadOf(passed, (sample) => sample.ttfaMs),
    tpot,
    e2e: spreadOf(passed, (sample) => sample.e2eMs),
    decode: decodeRate(tpot?.p50 ?? null),
    request: nearestRank(
      passed.flatMap((sample) => requestRate(sample) ?? []),
      50,
    ),
    system: systemOf(passed),
    isCounted: passed.some((sample) => sample.isCounted),
    inputTokens: sum(passed, (sample) => sample.inputTokens),
    outputTokens: sum(passed, (sample) => sample.tokens),
    cachedTokens: sum(passed, (sample) => sample.cachedTokens),
    chargeNanos: charges.length === 0 ? null : charges.reduce((total, charge) => total + charge, 0n),
    channelIds: [...new Set(all.flatMap((sample) => sample.channelId ?? []))],
    overhead: spreadOf(passed, overheadOf),
  };
}

/** What our own path added to one request's TTFT; null where the upstream's part isn't known. */
export function overheadOf({ ttftMs, upstreamTtftMs }: SpeedSampleRow): number | null {
  return ttftMs === null || upstreamTtftMs === null ? null : ttftMs - upstreamTtftMs;
}

/** The spread of what is not null. */
export function spreadOf(
  samples: readonly SpeedSampleRow[],
  pick: (sample: SpeedSampleRow) => number | null,
): Spread | null {
  const values = samples.flatMap((sample) => pick(sample) ?? []);
  const [p50, p95] = [nearestRank(values, 50), nearestRank(values, 95)];
  if (p50 === null || p95 === null) return null;
  return { p50, p95, isMaximum: isMaximum(95, values.length), count: values.length };
}

/** From the first request's beginning to the last one's end. */
function systemOf(passed: readonly SpeedSampleRow[]): number | null {
  const begun = Math.min(...passed.map((sample) => sample.sentAfterMs));
  const ended = Math.max(...passed.map((sample) => sample.sentAfterMs + (sample.e2eMs ?? 0)));
  return passed.length === 0
    ? null
    : systemRate(
        sum(passed, (sample) => sample.tokens),
        ended - begun,
      );
}

function reasonsOf(samples: readonly SpeedSampleRow[]): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { errorCode } of samples) if (errorCode !== null) counts.set(errorCode, (counts.get(errorCode) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

function sum(samples: readonly SpeedSampleRow[], pick: (sample: SpeedSampleRow) => number | null): number {
  return samples.reduce((total, sample) => total + (pick(sample) ?? 0), 0);
}

/** A letter for each channel, in the order of their first answers: its name is the administrators' affair. */
export function channelLetters(samples: readonly SpeedSampleRow[]): Map<string, string> {
  const ids = new Set(
    [...samples].sort((a, b) => a.sentAfterMs - b.sentAfterMs).flatMap((each) => each.channelId ?? []),
  );
  return new Map([...ids].map((id, index) => [id, String.fromCharCode(65 + (index % 26))]));
}
