import { type Factors, orderByWeight, type Weighted } from "./order-by-weight.ts";

/** What the order depends on. Higher priority goes first; within one priority the weight is the chance to go first. */
export type Ranked = Weighted & { readonly priority: number };

export type Ordering<Each> = {
  /** The same for requests that are to meet the same deployment. */
  readonly seed: number;
  /** No more are wanted. */
  readonly most: number;
  /** Whether one may be used at all. */
  accepts(each: Each): boolean;
  /** What was measured of some that are rivals. */
  factorsOf(rivals: readonly Each[]): Factors | null;
};

/** Deployments of one priority together, the highest first. Of each list, which is the same until the configuration changes. */
const tiers = new WeakMap<readonly Ranked[], readonly (readonly Ranked[])[]>();

/** The deployments in the order in which they are tried: at most so many as are wanted. */
export function orderDeployments<Each extends Ranked>(deployments: readonly Each[], ordering: Ordering<Each>): Each[] {
  const { seed, most, accepts } = ordering;
  const order: Each[] = [];
  for (const rivals of tiersOf(deployments)) {
    if (order.length >= most) break;
    const factors = rivals.length < 2 ? null : ordering.factorsOf(rivals);
    for (const each of orderByWeight(rivals, seed, most - order.length, accepts, factors)) order.push(each);
  }
  return order;
}

function tiersOf<Each extends Ranked>(deployments: readonly Each[]): readonly (readonly Each[])[] {
  const known = tiers.get(deployments);
  // What is kept for a list was made from that list.
  if (known !== undefined) return known as readonly (readonly Each[])[];
  const sorted = [...Map.groupBy(deployments, ({ priority }) => priority)].toSorted(([one], [other]) => other - one);
  const made = sorted.map(([, rivals]) => rivals);
  tiers.set(deployments, made);
  return made;
}
