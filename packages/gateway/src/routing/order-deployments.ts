/** What the order depends on. Higher priority goes first; within one priority the weight is the chance to go first. */
export type Ranked = { readonly priority: number; readonly weight: number };

/**
 * The deployments in the order in which they are tried. `random` gives numbers from 0 up to 1. Only deployments that may be used are
 * to be handed in; one of weight 0 or less comes last within its priority.
 */
export function orderDeployments<Each extends Ranked>(deployments: readonly Each[], random: () => number): Each[] {
  if (deployments.length < 2) return [...deployments];
  const left = deployments.toSorted((one, other) => other.priority - one.priority);
  const order: Each[] = [];
  while (left.length > 0) {
    const rivals = left.filter((each) => each.priority === left[0]?.priority);
    order.push(...drawByWeight(rivals, random));
    left.splice(0, rivals.length);
  }
  return order;
}

function drawByWeight<Each extends Ranked>(rivals: Each[], random: () => number): Each[] {
  const order: Each[] = [];
  const left = [...rivals];
  while (left.length > 0) {
    const total = left.reduce((sum, each) => sum + Math.max(0, each.weight), 0);
    let ticket = random() * total;
    let drawn = left.findIndex((each) => {
      ticket -= Math.max(0, each.weight);
      return ticket < 0;
    });
    if (drawn < 0) drawn = 0;
    order.push(...left.splice(drawn, 1));
  }
  return order;
}
