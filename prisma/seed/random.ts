/** A source of numbers that are the same in every run, so that pictures of the demo don't change by themselves. */
export type Random = {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  /** One of several, by weight. */
  pick<T>(choices: readonly (readonly [T, number])[]): T;
  /** Around `median`, now and then far above it, as lengths of prompts are. */
  length(median: number, spread: number): number;
};

/** Mulberry32: 32 bits of state, good enough for scenery. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick(choices) {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [choice, weight] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      const last = choices.at(-1);
      if (last === undefined) throw new Error("nothing to pick from");
      return last[0];
    },
    length(median, spread) {
      const bell = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.max(1, Math.round(median * Math.exp(bell * spread)));
    },
  };
}
