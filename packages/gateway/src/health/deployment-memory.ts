import type { HealthSign } from "@lyceum/domain";
import { BoundedMap } from "./bounded-map.ts";

/** What a weight is multiplied by, by id of the deployment; 1 for those that are missing. */
export type Factors = ReadonlyMap<string, number>;

/** So many in a row, and this worker turns to others at once. */
const FAILURES_IN_A_ROW = 3;
/** Until the others know, and tell us. */
const AVOID_MS = 3_000;
/** Share of the newest in a mean. */
const NEWEST = 0.1;
/** A share of failures halves in this time even where nobody comes by to see. */
const HALF_LIFE_MS = 60_000;
/** Coarse, and with a gap between coming and going, so that a conversation doesn't wander to and fro. */
const POOR_FROM = 0.3;
const POOR_UNTIL = 0.1;
const SLOW_FROM = 3;
const SLOW_UNTIL = 2;
const POOR_FACTOR = 0.2;
const SLOW_FACTOR = 0.25;
/** Nobody feels differences below it. */
const LEAST_TTFT_MS = 300;
const LEAST_SAMPLES = 5;
/** What is older says nothing of now. */
const FRESH_MS = 300_000;
const RECKONED_FOR_MS = 2_000;
const MOST_KEPT = 10_000;

type Memory = {
  inARow: number;
  avoidUntil: number;
  failing: number;
  failingAt: number;
  isPoor: boolean;
  ttftMs: number;
  ttftAt: number;
  samples: number;
  isSlow: boolean;
};

/** What this worker has seen of deployments. */
export class DeploymentMemory {
  readonly #clock: () => number;
  readonly #known = new BoundedMap<string, Memory>(MOST_KEPT);
  /** What factors came to lately, by list of rivals. */
  readonly #reckoned = new WeakMap<readonly object[], { readonly at: number; readonly factors: Factors | null }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  isAvoided(id: string): boolean {
    return this.#known.size > 0 && (this.#known.get(id)?.avoidUntil ?? 0) > this.#clock();
  }

  note(id: string, sign: HealthSign, ttftMs: number | null): void {
    const now = this.#clock();
    const memory = this.#known.get(id) ?? this.#add(id);
    switch (sign) {
      case "passed":
        memory.inARow = 0;
        memory.avoidUntil = 0;
        count(memory, 0, now);
        break;
      case "failure":
        memory.inARow++;
        if (memory.inARow >= FAILURES_IN_A_ROW) memory.avoidUntil = now + AVOID_MS;
        count(memory, 1, now);
        break;
      case "denied":
      case "model-missing":
        memory.avoidUntil = now + AVOID_MS;
        count(memory, 1, now);
        break;
      default: // The request or a credential, not the deployment.
    }
    if (ttftMs === null) return;
    const isFresh = now - memory.ttftAt < FRESH_MS;
    memory.ttftMs = isFresh ? memory.ttftMs + (ttftMs - memory.ttftMs) * NEWEST : ttftMs;
    memory.samples = isFresh ? memory.samples + 1 : 1;
    memory.ttftAt = now;
  }

  /** `rivals`: the same list each time, for what it comes to is remembered for a moment. */
  factorsOf(rivals: readonly { readonly id: string }[]): Factors | null {
    if (rivals.length < 2 || this.#known.size === 0) return null;
    const now = this.#clock();
    const last = this.#reckoned.get(rivals);
    if (last !== undefined && now - last.at < RECKONED_FOR_MS) return last.factors;
    const factors = this.#reckon(rivals, now);
    this.#reckoned.set(rivals, { at: now, factors });
    return factors;
  }

  #reckon(rivals: readonly { readonly id: string }[], now: number): Factors | null {
    const known = rivals.flatMap(({ id }) => {
      const memory = this.#known.get(id);
      return memory === undefined ? [] : [{ id, memory }];
    });
    const isTimed = ({ samples, ttftAt }: Memory) => samples >= LEAST_SAMPLES && now - ttftAt < FRESH_MS;
    const timed = known.filter(({ memory }) => isTimed(memory)).map(({ memory }) => memory.ttftMs);
    const best = Math.max(LEAST_TTFT_MS, Math.min(...timed));
    const factors = new Map<string, number>();
    for (const { id, memory } of known) {
      const failing = faded(memory, now);
      memory.isPoor = memory.isPoor ? failing > POOR_UNTIL : failing > POOR_FROM;
      const bound = best * (memory.isSlow ? SLOW_UNTIL : SLOW_FROM);
      memory.isSlow = timed.length > 1 && isTimed(memory) && memory.ttftMs > bound;
      const factor = (memory.isPoor ? POOR_FACTOR : 1) * (memory.isSlow ? SLOW_FACTOR : 1);
      if (factor < 1) factors.set(id, factor);
    }
    return factors.size === 0 ? null : factors;
  }

  #add(id: string): Memory {
    const never = { inARow: 0, avoidUntil: 0, failing: 0, failingAt: 0, isPoor: false };
    const memory = { ...never, ttftMs: 0, ttftAt: Number.NEGATIVE_INFINITY, samples: 0, isSlow: false };
    this.#known.set(id, memory);
    return memory;
  }
}

function count(memory: Memory, outcome: 0 | 1, now: number): void {
  memory.failing = faded(memory, now) * (1 - NEWEST) + outcome * NEWEST;
  memory.failingAt = now;
}

function faded({ failing, failingAt }: Memory, now: number): number {
  return failing === 0 ? 0 : failing * 0.5 ** ((now - failingAt) / HALF_LIFE_MS);
}
