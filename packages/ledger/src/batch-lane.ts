/** What one item of a batch came to: a value, or the error that concerns it alone. */
export type ItemResult<Result> = { readonly value: Result } | { readonly error: unknown };

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Gathers items while a batch is in flight and sends them all when it returns; never on a timer, so that a lone item leaves at once.
 * setImmediate lets the sockets that became readable in the same turn of the event loop share one batch.
 */
export class BatchLane<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly ItemResult<Result>[]>;
  readonly #maximum: number;
  #waiting: Waiting<Item, Result>[] = [];
  #isBusy = false;
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
      }
    });
  }

  /** Resolves once nothing waits and nothing is in flight. */
  whenIdle(): Promise<void> {
    if (!this.#isBusy) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
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
    }
    this.#isBusy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
