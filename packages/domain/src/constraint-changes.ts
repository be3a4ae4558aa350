import { z } from "zod";
import { fieldPathSchema, type ModelConstraints, type ParameterName, parameterNames } from "./model-constraints.ts";

/** One change of a model's constraints, as an upstream's refusal suggests it: a range for a parameter, or a field to leave out. */
export const constraintChangeSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("range"),
      parameter: z.enum(parameterNames),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    })
    .refine(({ minimum, maximum }) => minimum !== undefined || maximum !== undefined)
    .refine(({ minimum, maximum }) => minimum === undefined || maximum === undefined || minimum <= maximum),
  z.strictObject({ kind: z.literal("reject"), field: fieldPathSchema }),
]);
export type ConstraintChange = z.infer<typeof constraintChangeSchema>;

/** What a change concerns: the parameter, or the field. */
export function subjectOf(change: ConstraintChange): string {
  return change.kind === "range" ? change.parameter : change.field;
}

/** A range as people write it: `0.01 ≤ top_p ≤ 0.95`, `top_p ≤ 0.95`, `top_k ≥ 1`. */
export function rangeText(
  name: ParameterName,
  range: { minimum?: number | undefined; maximum?: number | undefined },
): string {
  const { minimum, maximum } = range;
  if (minimum === undefined) return maximum === undefined ? name : `${name} ≤ ${maximum}`;
  return maximum === undefined ? `${name} ≥ ${minimum}` : `${minimum} ≤ ${name} ≤ ${maximum}`;
}

/** The same for every change; two that say the same read the same. */
export function changeText(change: ConstraintChange): string {
  return change.kind === "range" ? rangeText(change.parameter, change) : `− ${change.field}`;
}

/** The constraints with a change made: ranges narrow, never widen, unless the two have nothing in common. */
export function withChange(constraints: ModelConstraints, change: ConstraintChange): ModelConstraints {
  if (change.kind === "reject") {
    const rejected = [...new Set([...constraints.rejected, change.field])];
    return { ...constraints, rejected };
  }
  const before = constraints.ranges[change.parameter] ?? {};
  const minimum = larger(before.minimum, change.minimum);
  const maximum = smaller(before.maximum, change.maximum);
  const isEmpty = minimum !== undefined && maximum !== undefined && minimum > maximum;
  const range = isEmpty ? bounds(change.minimum, change.maximum) : bounds(minimum, maximum);
  return { ...constraints, ranges: { ...constraints.ranges, [change.parameter]: range } };
}

function bounds(minimum: number | undefined, maximum: number | undefined) {
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
