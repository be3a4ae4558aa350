const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** What ran this long before it died was fine: the next pause is short again. */
const HEALTHY_MS = 60_000;

/** Pauses before starting something again, in ms: each is twice the last, until it ran well for a minute. */
export function backOff(now: () => number = Date.now): () => number {
  let pause = FIRST_MS;
  let last = now();
  return () => {
    const ran = now() - last - pause;
    last = now();
    pause = ran >= HEALTHY_MS ? FIRST_MS : Math.min(pause * 2, LONGEST_MS);
    return pause;
  };
}
