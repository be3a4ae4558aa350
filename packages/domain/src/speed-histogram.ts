/**
 * Durations of real traffic are kept as counts in fixed buckets on a logarithmic scale, the same everywhere, so that those of workers, hours
 * and channels can be added up. A bucket is a quarter of an octave wide; what is read out of it is its geometric middle, so that no
 * percentile is off by more than `SPEED_ERROR`.
 */
export const SPEED_BUCKETS = 80;
/** An eighth of a millisecond up to 131 seconds. */
const LOWEST_MS = 0.125;
const PER_OCTAVE = 4;
/** 2^(1/8) − 1 = 9 %. */
export const SPEED_ERROR = 2 ** (1 / (2 * PER_OCTAVE)) - 1;

/** The bucket of a duration; what is beyond either end stands in the last one there. */
export function speedBucket(ms: number): number {
  if (!(ms > LOWEST_MS)) return 0;
  return Math.min(SPEED_BUCKETS - 1, Math.floor(Math.log2(ms / LOWEST_MS) * PER_OCTAVE));
}

/** The geometric middle of a bucket. */
export function bucketMs(bucket: number): number {
  return LOWEST_MS * 2 ** ((bucket + 0.5) / PER_OCTAVE);
}

/** Counts of nothing. */
export function emptyBuckets(): number[] {
  return new Array<number>(SPEED_BUCKETS).fill(0);
}

/** How many durations are counted. */
export function bucketTotal(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A percentile by the nearest rank, as exact as the buckets are; null of nothing. */
export function bucketPercentile(counts: readonly number[], percent: number): number | null {
  const total = bucketTotal(counts);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil((percent / 100) * total));
  let seen = 0;
  for (const [bucket, count] of counts.entries()) {
    seen += count;
    if (seen >= rank) return bucketMs(bucket);
  }
  return null;
}
