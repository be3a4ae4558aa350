/** How many are on their way to the campus's server at once, how many wait to be, and for how long. */
const limits = { places: 32, waiting: 1024, waitingEach: 256, waitMs: 5_000 };

type Waiting = { readonly address: string; readonly tell: (hasPlace: boolean) => void };

/**
 * Keeps strangers from having us ask the campus's server more at once than it and we can bear. A whole campus shares an address, and a whole class signs in at
 * once: so no address is ever closed, and one may have every place that nobody else wants. Where people wait, the next place goes to the address that has the
 * fewest, so that whoever floods us from one waits for himself.
 */
export function createTurnstile() {
  let taken = 0;
  const inside = new Map<string, number>();
  const waiting = new Set<Waiting>();
  const placesOf = (address: string) => inside.get(address) ?? 0;

  function enter(address: string): void {
    taken += 1;
    inside.set(address, placesOf(address) + 1);
  }

  function leave(address: string): void {
    taken -= 1;
    if (placesOf(address) > 1) inside.set(address, placesOf(address) - 1);
    else inside.delete(address);
    // Of those with the fewest whoever came first.
    let next: Waiting | null = null;
    for (const each of waiting) if (next === null || placesOf(each.address) < placesOf(next.address)) next = each;
    if (next === null) return;
    waiting.delete(next);
    // Taken here and now, so that nobody who comes meanwhile overtakes.
    enter(next.address);
    next.tell(true);
  }

  /** Whether a place came in time; it is taken then. */
  async function wait(address: string): Promise<boolean> {
    const alike = [...waiting].filter((each) => each.address === address).length;
    if (waiting.size >= limits.waiting || alike >= limits.waitingEach) return false;
    const { promise, resolve: tell } = Promise.withResolvers<boolean>();
    const own: Waiting = { address, tell };
    waiting.add(own);
    const timer = setTimeout(() => {
      waiting.delete(own);
      tell(false);
    }, limits.waitMs);
    const hasPlace = await promise;
    clearTimeout(timer);
    return hasPlace;
  }

  return {
    /** Runs `work` as soon as there is a place, or answers null where none comes within a few seconds. */
    async pass<T>(address: string, work: () => Promise<T>): Promise<T | null> {
      if (taken < limits.places) enter(address);
      else if (!(await wait(address))) return null;
      try {
        return await work();
      } finally {
        leave(address);
      }
    },
  };
}
