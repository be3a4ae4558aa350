/** What models are compared by. */
export type Comparable = {
  readonly name: string;
  readonly vendor: string;
  readonly capabilities: readonly string[];
  readonly contextTokens: number | null;
  readonly price: { readonly inputNanos: bigint; readonly outputNanos: bigint } | null;
};

/** Models of these kinds never stand in for one that is not, nor the other way round. */
const kinds = ["embedding", "realtime"];

/**
 * Those of `models` that could answer in another's stead, best first: with a price, and able to do all that it can. Best: as long a context, nearest in
 * price, of the same vendor. The console names them by the same rules (packages/db/src/equivalents.ts).
 */
export function equivalentModels<Model extends Comparable>(model: Comparable, models: readonly Model[]): Model[] {
  return models
    .filter(
      (other) =>
        other.name !== model.name &&
        other.price !== null &&
        model.capabilities.every((each) => other.capabilities.includes(each)) &&
        kinds.every((kind) => model.capabilities.includes(kind) === other.capabilities.includes(kind)),
    )
    .map((other) => ({ other, far: distance(model, other) }))
    .sort((one, other) => one.far - other.far || (one.other.name < other.other.name ? -1 : 1))
    .map(({ other }) => other);
}

function distance(model: Comparable, other: Comparable): number {
  const isShort = other.contextTokens !== null && other.contextTokens < (model.contextTokens ?? 0);
  return (isShort ? 2 : 0) + priceDistance(model, other) + (other.vendor === model.vendor ? 0 : 0.25);
}

/** How many times dearer or cheaper, as a logarithm; 1 where one of them is free or unknown. */
function priceDistance(one: Comparable, other: Comparable): number {
  const [a, b] = [costOf(one), costOf(other)];
  if (a === b) return 0;
  return a === 0 || b === 0 ? 1 : Math.min(3, Math.abs(Math.log10(a / b)));
}

function costOf({ price }: Comparable): number {
  return price === null ? 0 : Number(price.inputNanos + price.outputNanos);
}
