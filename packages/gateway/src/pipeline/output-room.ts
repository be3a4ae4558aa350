import { tokenCost } from "@lyceum/domain";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";

/** Asked for more when so much of what is reserved is used. */
const EARLY = 0.5;
const MILLION_SQUARED = 1_000_000_000_000n;

/**
 * How much output a running stream may still bring (design rule 1): where nobody limits it, its reservation is extended in steps of
 * the model's usual output while it runs. Tokens are counted over all choices.
 */
export class OutputRoom {
  readonly #admitted: Admitted;
  readonly #deps: Deps;
  readonly #step: number;
  #tokens: number;
  #isAsking = false;
  #isExhausted = false;

  constructor(admitted: Admitted, openEndedTokens: number, deps: Deps) {
    this.#admitted = admitted;
    this.#deps = deps;
    this.#step = openEndedTokens;
    this.#tokens = openEndedTokens;
  }

  /**
   * `open`: go on. `wait`: everything is used and more has been asked for; `onAnswer` is called when that is decided. `full`: there is no more.
   */
  use(seenTokens: number, onAnswer: () => void): "open" | "wait" | "full" {
    if (!this.#isExhausted && !this.#isAsking && seenTokens >= this.#tokens - this.#step * (1 - EARLY)) {
      void this.#ask().finally(onAnswer);
    }
    if (seenTokens < this.#tokens) return "open";
    return this.#isExhausted ? "full" : "wait";
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    const { request, choice, outputPriceNanos } = this.#admitted;
    const { price, multiplierPpm } = choice;
    if (price === null) return;
    try {
      const added = await this.#deps.ledger.extend(request.id, tokenCost(this.#step, outputPriceNanos, multiplierPpm));
      const tokens = Number((added * MILLION_SQUARED) / (outputPriceNanos * BigInt(multiplierPpm)));
      this.#tokens += tokens;
      this.#isExhausted = tokens < this.#step;
    } catch (error) {
      this.#isExhausted = true;
      this.#deps.log("warn", "a reservation could not be extended", { requestId: request.id, error });
    }
    this.#isAsking = false;
  }
}
