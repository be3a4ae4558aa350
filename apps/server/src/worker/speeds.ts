import type { DatabasePool } from "@lyceum/db/pool";
import { type ObservedSpeed, recordSpeeds } from "@lyceum/db/speed-rollup";
import { emptyBuckets, speedBucket } from "@lyceum/domain";
import type { Log, SpeedNote } from "@lyceum/gateway";

/** However many requests end, the database hears of their speeds so often. */
const WRITE_EVERY_MS = 5_000;
/** Models × channels between two writes; far more than anybody runs. What is more is not counted. */
const MOST_WAITING = 10_000;

export type Speeds = {
  note(note: SpeedNote): void;
  /** Writes what is left. */
  stop(): Promise<void>;
};

type Counts = {
  -readonly [Key in keyof ObservedSpeed]: ObservedSpeed[Key] extends readonly number[] ? number[] : ObservedSpeed[Key];
};

/**
 * Counts how fast upstreams answer, and writes it down now and then, off the path of requests: three additions each, and no allocation but
 * for the first of a deployment. Trouble is logged, and tried again.
 */
export function startSpeeds(pool: DatabasePool, log: Log): Speeds {
  let waiting = new Map<string, Map<string, Counts>>();
  let size = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function countsOf(modelId: string, channelId: string): Counts | null {
    let channels = waiting.get(modelId);
    const known = channels?.get(channelId);
    if (known !== undefined) return known;
    if (size >= MOST_WAITING) return null;
    size++;
    const made = {
      modelId,
      channelId,
      requests: 0,
      failures: 0,
      ttft: emptyBuckets(),
      tpot: emptyBuckets(),
      e2e: emptyBuckets(),
    };
    channels ??= new Map();
    waiting.set(modelId, channels.set(channelId, made));
    return made;
  }

  function note({ modelId, channelId, isFailure, ttftMs, tpotMs, e2eMs }: SpeedNote): void {
    const counts = countsOf(modelId, channelId);
    if (counts === null) return;
    counts.requests++;
    if (isFailure) counts.failures++;
    if (ttftMs !== null) count(counts.ttft, ttftMs);
    if (tpotMs !== null) count(counts.tpot, tpotMs);
    if (e2eMs !== null) count(counts.e2e, e2eMs);
    timer ??= setTimeout(write, WRITE_EVERY_MS).unref();
  }

  function write(): void {
    timer = null;
    const taken = [...waiting.values()].flatMap((channels) => [...channels.values()]);
    waiting = new Map();
    size = 0;
    writing = writing
      .then(() => recordSpeeds(pool, taken))
      .catch((error: unknown) => {
        log("warn", "how fast upstreams answer was not written down", { error });
        for (const each of taken) giveBack(each);
        timer ??= setTimeout(write, WRITE_EVERY_MS).unref();
      });
  }

  function giveBack(taken: Counts): void {
    const counts = countsOf(taken.modelId, taken.channelId);
    if (counts === null) return;
    counts.requests += taken.requests;
    counts.failures += taken.failures;
    for (const kind of ["ttft", "tpot", "e2e"] as const)
      for (const [bucket, more] of taken[kind].entries()) counts[kind][bucket] = (counts[kind][bucket] ?? 0) + more;
  }

  return {
    note,
    async stop() {
      if (timer !== null) {
        clearTimeout(timer);
        write();
      }
      await writing;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function count(buckets: number[], ms: number): void {
  const bucket = speedBucket(ms);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}
