/** What one item of a batch came to: a value, or the error that concerns it alone. */
export type ItemResult<Result> = { readonly value: Result } | { readonly error: unknown };

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/** How long a batch waits, after the one before it returned, for what that one brings about. */
const GATHER_MS = 4;
/** Traffic of smaller batches than this does not wait: there the delay would be felt, and the calls saved are few. */
const GATHER_FROM = 8;

/**
 * Gathers items while a batch is in flight and sends them when it returns; a lone item leaves at once. setImmediate lets the sockets that
 * became readable in the same turn of the event loop share one batch.
 *
 * Under load, requests fall into two halves that take turns: one is in flight while the other waits, and each call carries half of what it
 * could. So the next batch leaves once as many items are there as went and waited before, or a few milliseconds after the return: a call
 * costs far more than an item.
 */
export class BatchLane<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly ItemResult<Result>[]>;
  readonly #maximum: number;
  #waiting: Waiting<Item, Result>[] = [];
  #isBusy = false;
  #expected = 0;
  #returnedAt = 0;
  #leave: () => void = () => undefined;
  #idle: (() => void)[] = [];

  /** `run` takes 1 to `maximum` items and returns a result for each, in order; if it throws, every item of the batch fails. */
  constructor(run: (items: readonly Item[]) => Promise<readonly ItemResult<Result>[]>, maximum: number) {
    this.#run = run;
    this.#maximum = maximum;
  }

  /** How many items wait for a batch to leave. */
  get length(): number {
    return this.#waiting.length;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isBusy) {
        this.#isBusy = true;
        setImmediate(() => void this.#drain());
      } else if (this.#waiting.length >= this.#expected) this.#leave();
    });
  }

  /** Resolves once nothing waits and nothing is in flight. */
  whenIdle(): Promise<void> {
    if (!this.#isBusy) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#waiting.splice(0, this.#maximum);
      try {
        const results = await this.#run(batch.map((each) => each.item));
        for (const [index, each] of batch.entries()) {
          const result = results[index];
          if (result === undefined) each.reject(new Error("the batch returned no result for an item"));
          else if ("error" in result) each.reject(result.error);
          else each.resolve(result.value);
        }
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
      this.#expected = Math.min(this.#maximum, batch.length + this.#waiting.length);
      this.#returnedAt = performance.now();
    }
    this.#isBusy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves at once where traffic is thin or everything that can be expected is there. */
  async #gather(): Promise<void> {
    const leftMs = this.#returnedAt + GATHER_MS - performance.now();
    if (this.#expected < GATHER_FROM || this.#waiting.length >= this.#expected || leftMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, leftMs);
    this.#leave = resolve;
    await promise;
    clearTimeout(timer);
  }
}
