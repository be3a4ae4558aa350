import { combine, hashText } from "./hash.ts";

/** What the order depends on: the weight is the chance to go first. */
export type Weighted = { readonly id: string; readonly weight: number };
/** What weights are multiplied by, by id; 1 for those that are missing. */
export type Factors = ReadonlyMap<string, number>;

/** Hashes lie below it. */
const MOST = 4_294_967_297;
/** Of each list of rivals, which is the same until the configuration changes. */
const tables = new WeakMap<readonly Weighted[], Table>();
type Table = { readonly hashes: Uint32Array; readonly weights: Float64Array };

/**
 * The first `most` of rivals in the order that a seed gives them (weighted rendezvous hashing): each goes first with as many seeds as its weight
 * says, a seed always gives the same order, and where one is out only those that it was the first for go elsewhere. So whoever asks with the same seed
 * meets the same rival, in every worker and without any memory. Those of weight 0 come last. Only those that `accepts` takes are in it; it is asked
 * for few.
 */
export function orderByWeight<Each extends Weighted>(
  rivals: readonly Each[],
  seed: number,
  most: number,
  accepts: (each: Each) => boolean,
  factors: Factors | null = null,
): Each[] {
  const [only] = rivals;
  if (only === undefined || most < 1) return [];
  if (rivals.length === 1) return accepts(only) ? [only] : [];
  const { hashes, weights } = tableOf(rivals);
  const best: Each[] = [];
  const scores: number[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (let index = 0; index < rivals.length; index++) {
    const factor = factors === null ? 1 : (factors.get(rivals[index]?.id ?? "") ?? 1);
    const weight = (weights[index] ?? 0) * factor;
    const hash = combine(seed, hashes[index] ?? 0);
    // A score is never below this, which needs no logarithm: among very many nearly all are done with here.
    if (MOST - hash >= worst * MOST * weight && weight > 0) continue;
    const score = scoreOf(hash, weight);
    const rival = rivals[index] as Each;
    if (score >= worst || !accepts(rival)) continue;
    let at = best.length < most ? best.length : most - 1;
    for (; at > 0 && (scores[at - 1] ?? 0) > score; at--) {
      best[at] = best[at - 1] as Each;
      scores[at] = scores[at - 1] ?? 0;
    }
    best[at] = rival;
    scores[at] = score;
    if (best.length === most) worst = scores[most - 1] ?? 0;
  }
  return best;
}

/** The smaller the sooner: the waiting time for one that comes `weight` times a second. Of weight 0 in the order of their hashes, behind all others. */
function scoreOf(hash: number, weight: number): number {
  return weight > 0 ? -Math.log((hash + 1) / MOST) / weight : 1e12 + hash;
}

function tableOf(rivals: readonly Weighted[]): Table {
  let table = tables.get(rivals);
  if (table === undefined) {
    const hashes = Uint32Array.from(rivals, ({ id }) => hashText(id));
    table = { hashes, weights: Float64Array.from(rivals, ({ weight }) => weight) };
    tables.set(rivals, table);
  }
  return table;
}
