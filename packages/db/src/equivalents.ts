import type { ModelRow } from "./model-list.ts";

type Comparable = Pick<
  ModelRow,
  | "id"
  | "name"
  | "capabilities"
  | "contextTokens"
  | "groups"
  | "price"
  | "isLocal"
  | "standing"
  | "retiresAt"
  | "vendor"
>;

/**
 * Models that could answer in another's stead, best first: up and not to be retired, open to one of its groups, able to do all that it can.
 * Best: open to more of its groups, as long a context, nearest in price, from the same place and vendor.
 */
export function equivalentsOf<Model extends Comparable>(model: Comparable, models: readonly Model[]): Model[] {
  const distance = (other: Model) => {
    const closed = model.groups.filter((group) => !other.groups.includes(group)).length;
    const short = (other.contextTokens ?? 0) < (model.contextTokens ?? 0) ? 1 : 0;
    const place = (other.isLocal === model.isLocal ? 0 : 0.25) + (other.vendor === model.vendor ? 0 : 0.25);
    return 4 * closed + 2 * short + priceDistance(model, other) + place;
  };
  return models
    .filter(
      (other) =>
        other.id !== model.id &&
        other.standing === "up" &&
        other.retiresAt === null &&
        other.price !== null &&
        model.groups.some((group) => other.groups.includes(group)) &&
        model.capabilities.every((capability) => other.capabilities.includes(capability)) &&
        isSameKind(model, other),
    )
    .map((other) => ({ other, far: distance(other) }))
    .sort((a, b) => a.far - b.far || (a.other.name < b.other.name ? -1 : 1))
    .map(({ other }) => other);
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
