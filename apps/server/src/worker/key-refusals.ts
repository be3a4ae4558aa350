import { recordKeyRefusals } from "@lyceum/db/key-refusals";
import type { DatabasePool } from "@lyceum/db/pool";
import type { KeyRefusal, Log } from "@lyceum/gateway";

/** However often requests are refused, the database hears of it so often. */
const WRITE_EVERY_MS = 1_000;
/** Different keys between two writes; the page that waits for one more hears of its next refusal. */
const MOST_WAITING = 1_000;

export type KeyRefusals = {
  note(refusal: KeyRefusal): void;
  /** Writes what is left. */
  stop(): Promise<void>;
};

/** Gathers the last refusal of each key and writes them down now and then, off the path of requests. What can't be written is logged and let go. */
export function startKeyRefusals(pool: DatabasePool, log: Log): KeyRefusals {
  let waiting = new Map<string, KeyRefusal>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function note(refusal: KeyRefusal): void {
    const key = refusal.hash ?? refusal.prefix;
    if (!waiting.has(key) && waiting.size >= MOST_WAITING) return;
    waiting.set(key, refusal);
    timer ??= setTimeout(write, WRITE_EVERY_MS).unref();
  }

  function write(): void {
    timer = null;
    const taken = [...waiting.values()];
    waiting = new Map();
    writing = writing
      .then(() => recordKeyRefusals(pool, taken))
      .catch((error: unknown) => log("warn", "why keys were refused was not written down", { error }));
  }

  return {
    note,
    async stop() {
      if (timer !== null) clearTimeout(timer);
      if (waiting.size > 0) write();
      await writing;
    },
  };
}
