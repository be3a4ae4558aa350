import type { ModelConstraints } from "@lyceum/domain";

/** There is nothing to say of a model's parameters. */
export function isUnconstrained({ ranges, rejected, recommended }: ModelConstraints): boolean {
  return Object.keys(ranges).length === 0 && rejected.length === 0 && Object.keys(recommended).length === 0;
}

/** Recommended values as members to paste into a request's body. */
export function recommendedJson(recommended: ModelConstraints["recommended"]): string {
  return Object.entries(recommended)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n");
}
