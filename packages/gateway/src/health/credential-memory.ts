import type { HealthSign } from "@lyceum/domain";
import { BoundedMap } from "./bounded-map.ts";

/** Without a word of the upstream's: 1 s, then twice as long each time. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Until the others know, and tell us. */
const DOUBT_MS = 3_000;
const MOST_KEPT = 10_000;

type Memory = { until: number; doubtUntil: number; waits: number };

/** What this worker has seen of credentials that did not simply work. */
export class CredentialMemory {
  readonly #clock: () => number;
  readonly #known = new BoundedMap<string, Memory>(MOST_KEPT);

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  coolingMs(id: string): number {
    if (this.#known.size === 0) return 0;
    return Math.max(0, (this.#known.get(id)?.until ?? 0) - this.#clock());
  }

  isDoubtful(id: string): boolean {
    return this.#known.size > 0 && (this.#known.get(id)?.doubtUntil ?? 0) > this.#clock();
  }

  note(id: string, sign: HealthSign, retryAfterMs: number | null): void {
    const now = this.#clock();
    const known = this.#known.get(id);
    switch (sign) {
      case "passed":
        // What was under way when the others were told to wait says nothing of whether the waiting is over.
        if (known !== undefined && known.until <= now) this.#known.delete(id);
        return;
      case "rate": {
        // Those that were under way together are told together: that is one wait, not many.
        const isSame = known !== undefined && known.until > now;
        const waits = isSame ? known.waits : (known?.waits ?? 0) + 1;
        const wait = retryAfterMs ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (waits - 1));
        const until = Math.max(isSame ? known.until : 0, now + wait);
        this.#known.set(id, { until, doubtUntil: known?.doubtUntil ?? 0, waits });
        return;
      }
      case "refused":
      case "quota":
        this.#known.set(id, { until: known?.until ?? 0, doubtUntil: now + DOUBT_MS, waits: known?.waits ?? 0 });
        return;
      default:
    }
  }
}
