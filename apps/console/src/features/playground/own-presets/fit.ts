import type { ModelConstraints } from "@lyceum/domain";
import { boundsOf, numberFields } from "../parameter-fields.ts";
import type { Parameters } from "../parameters.ts";

/** A parameter that a model does not take as it is: null bounds where it takes none, else what it is moved into. */
export interface Misfit {
  name: string;
  value: string;
  bounds: { minimum: number; maximum: number } | null;
}

/** Which parameters a model does not take, by its constraints: those it refuses, and those beyond its bounds. */
export function misfits({ extra, ...direct }: Parameters, constraints: ModelConstraints): Misfit[] {
  const body = { ...extra, ...direct };
  const rejected = constraints.rejected.flatMap((path): Misfit[] => {
    const value = valueAt(body, path);
    return value === undefined ? [] : [{ name: path, value: JSON.stringify(value), bounds: null }];
  });
  const refused = new Set(rejected.map(({ name }) => name));
  const ranges: Readonly<Record<string, { minimum?: number; maximum?: number }>> = {
    ...constraints.ranges,
    ...Object.fromEntries(numberFields.map((name) => [name, boundsOf(name, constraints)])),
  };
  const moved = Object.entries(ranges).flatMap(([name, range]): Misfit[] => {
    const value = valueAt(body, name);
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = range;
    const isOut = typeof value === "number" && (value < minimum || value > maximum);
    return isOut && !refused.has(name) ? [{ name, value: String(value), bounds: { minimum, maximum } }] : [];
  });
  return [...rejected, ...moved];
}

/** What stands at `a.b` in a body. */
function valueAt(body: object, path: string): unknown {
  let value: unknown = body;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
