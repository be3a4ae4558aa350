import { setTimeout as delay } from "node:timers/promises";

/** The time of the script, in units, which stands still while something is waited for that takes as long as the machine takes. */
export class NightClock {
  readonly #unitMs: number;
  readonly #startedAt = performance.now();
  readonly #holds: { readonly at: number; ms: number }[] = [];
  #heldSince: number | null = null;

  constructor(unitSeconds: number) {
    this.#unitMs = unitSeconds * 1_000;
  }

  now(): number {
    const stood = this.#holds.reduce((sum, { ms }) => sum + ms, 0);
    return ((this.#heldSince ?? performance.now()) - this.#startedAt - stood) / this.#unitMs;
  }

  /** Waits for a moment of the script. */
  async until(moment: number): Promise<void> {
    await delay(Math.max(0, (moment - this.now()) * this.#unitMs));
  }

  /** Stands still until `awaited` is there. */
  async hold(awaited: Promise<void>): Promise<void> {
    const at = this.now();
    const heldSince = performance.now();
    this.#heldSince = heldSince;
    await awaited;
    this.#heldSince = null;
    this.#holds.push({ at, ms: performance.now() - heldSince });
  }

  /** When a moment of the script was, once it is past. */
  timeOf(moment: number): Date {
    const stood = this.#holds.reduce((sum, { at, ms }) => (at < moment ? sum + ms : sum), 0);
    return new Date(performance.timeOrigin + this.#startedAt + moment * this.#unitMs + stood);
  }
}
