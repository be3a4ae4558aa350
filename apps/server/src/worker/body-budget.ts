import { AppError } from "@lyceum/domain";
import { type BodyRoom, ClientGone, MOST_WITHOUT_ROOM } from "@lyceum/gateway";

/** Bodies that wait take turns of about this length. */
const RETRY_AFTER_MS = 5_000;

export type BudgetLimits = {
  /** Of all large bodies together. One body that is larger than that gets the whole budget to itself. */
  readonly totalBytes: number;
  /** How many requests may wait for a share. */
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
};

type Waiting = { readonly bytes: number; readonly grant: () => void; readonly refuse: (reason: Error) => void };

/**
 * How many bytes of large request bodies one worker holds at the same time. Whoever finds no room waits, first come first served, without
 * reading on, so that TCP holds the client back. A share is taken whole and never grows: nobody waits while holding one, so no two can block each other.
 */
export class BodyBudget {
  readonly #limits: BudgetLimits;
  #freeBytes: number;
  readonly #waiting = new Set<Waiting>();

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
    this.#freeBytes = limits.totalBytes;
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** The share of one request: nothing as yet. */
  share(): BodyShare {
    return new BodyShare(this);
  }

  /**
   * Calls `onGrant` with the bytes that are the caller's from then on, or `onRefuse`: before it returns null, or later; then it returns how to
   * stop waiting, after which neither is called.
   */
  ask(bytes: number, onGrant: (bytes: number) => void, onRefuse: (reason: Error) => void): (() => void) | null {
    const { totalBytes, mostWaiting, longestWaitMs } = this.#limits;
    const wanted = Math.min(bytes, totalBytes);
    if (this.#waiting.size === 0 && wanted <= this.#freeBytes) {
      this.#freeBytes -= wanted;
      onGrant(wanted);
      return null;
    }
    if (this.#waiting.size >= mostWaiting) {
      onRefuse(overloaded("too many large bodies wait for memory"));
      return null;
    }
    const stop = () => {
      clearTimeout(timer);
      // Whoever stood behind a large one may fit.
      if (this.#waiting.delete(waiting)) this.#serve();
    };
    const waiting: Waiting = {
      bytes: wanted,
      grant: () => {
        clearTimeout(timer);
        onGrant(wanted);
      },
      refuse: (reason) => {
        stop();
        onRefuse(reason);
      },
    };
    const timer = setTimeout(() => waiting.refuse(overloaded("no memory for a large body in time")), longestWaitMs);
    this.#waiting.add(waiting);
    return stop;
  }

  giveBack(bytes: number): void {
    this.#freeBytes += bytes;
    this.#serve();
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#freeBytes) return;
      this.#waiting.delete(waiting);
      this.#freeBytes -= waiting.bytes;
      waiting.grant();
    }
  }
}

/** What one request holds of the budget, from before its body is read until nothing refers to it any more. */
export class BodyShare implements BodyRoom {
  readonly #budget: BodyBudget;
  #bytes = 0;
  #isOver = false;
  #leave: (() => void) | null = null;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /**
   * Resolves when so many bytes may be held; at once where a share is held already, which must have been taken for the most that can come.
   * Rejects with `overloaded` if there is no room in time, with ClientGone if the share was given up.
   */
  take(bytes: number): Promise<void> {
    if (this.#isOver) return Promise.reject(new ClientGone());
    if (this.#bytes > 0 || bytes <= MOST_WITHOUT_ROOM) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onGrant = (granted: number) => {
        this.#leave = null;
        this.#bytes = granted;
        resolve();
      };
      const stop = this.#budget.ask(bytes, onGrant, reject);
      this.#leave =
        stop &&
        (() => {
          stop();
          reject(new ClientGone());
        });
    });
  }

  /** The body turned out to be so small: the rest is given back. */
  shrink(bytes: number): void {
    const kept = bytes <= MOST_WITHOUT_ROOM ? 0 : bytes;
    if (kept >= this.#bytes) return;
    const surplus = this.#bytes - kept;
    this.#bytes = kept;
    this.#budget.giveBack(surplus);
  }

  /** The body is no longer needed, or its client has gone: everything is given back and no wait goes on. Nothing can be taken after it. */
  release(): void {
    this.#isOver = true;
    this.#leave?.();
    this.shrink(0);
  }
}

function overloaded(detail: string): AppError {
  return new AppError("overloaded", { detail, retryAfterMs: RETRY_AFTER_MS });
}
