import type { ModelRow } from "./model-list.ts";

type Comparable = Pick<
  ModelRow,
  "id" | "name" | "vendor" | "capabilities" | "contextTokens" | "price" | "standing" | "retiresAt"
>;

/**
 * Those of `models` that could answer in another's stead, best first: up and not to be retired, with a price, and able to do all that it can.
 * Best: as long a context, nearest in price, of the same vendor. The gateway names them by the same rules (routing/equivalent-models.ts).
 */
export function equivalentsOf<Model extends Comparable>(model: Comparable, models: readonly Model[]): Model[] {
  return models
    .filter(
      (other) =>
        other.id !== model.id &&
        other.standing === "up" &&
        other.retiresAt === null &&
        other.price !== null &&
        model.capabilities.every((capability) => other.capabilities.includes(capability)) &&
        isSameKind(model, other),
    )
    .map((other) => ({ other, far: distance(model, other) }))
    .sort((one, other) => one.far - other.far || (one.other.name < other.other.name ? -1 : 1))
    .map(({ other }) => other);
}

function distance(model: Comparable, other: Comparable): number {
  const isShort = other.contextTokens !== null && other.contextTokens < (model.contextTokens ?? 0);
  return (isShort ? 2 : 0) + priceDistance(model, other) + (other.vendor === model.vendor ? 0 : 0.25);
}

/** An embedding or a realtime model never stands in for a chat. */
function isSameKind(one: Comparable, other: Comparable): boolean {
  return (["embedding", "realtime"] as const).every(
    (kind) => one.capabilities.includes(kind) === other.capabilities.includes(kind),
  );
}

/** How many times dearer or cheaper, as a logarithm; 1 where one of them is free or unknown. */
function priceDistance(one: Comparable, other: Comparable): number {
  const cost = ({ price }: Comparable) => (price === null ? 0 : Number(price.inputNanos + price.outputNanos));
  const [a, b] = [cost(one), cost(other)];
  if (a === b) return 0;
  return a === 0 || b === 0 ? 1 : Math.min(3, Math.abs(Math.log10(a / b)));
}
