import { z } from "zod";
import { invalid } from "./plain-fields.ts";

/** Reads a client's value by a wire schema. Throws AppError `invalid_request` that names the field and what is wrong with it, in both languages. */
export function readWire<Schema extends z.ZodType>(schema: Schema, value: unknown, path = ""): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = deepest(result.error.issues);
  const field = fieldPath(path, issue?.path ?? []);
  const what = issue?.message ?? "invalid";
  throw invalid(field, `字段 ${field} 有误（${what}）。`, `the field ${field} is not valid (${what}).`);
}

/**
 * A list of a client's request. Looks at its items until the first that is not valid: z.array goes on, and of millions of wrong ones keeps a
 * complaint each.
 */
export function listOf<Item extends z.ZodType>(item: Item, least = 0, most = Number.POSITIVE_INFINITY) {
  return z
    .array(z.unknown())
    .min(least)
    .max(most)
    .transform((values, context): z.output<Item>[] => {
      const items: z.output<Item>[] = [];
      for (const [index, value] of values.entries()) {
        const result = item.safeParse(value);
        if (result.success) items.push(result.data);
        else {
          for (const issue of result.error.issues)
            context.issues.push({ ...issue, input: value, path: [index, ...issue.path] } as z.core.$ZodRawIssue);
          return z.NEVER;
        }
      }
      return items;
    });
}

/** More than any header names. */
const MOST_UNKNOWN = 1_000;

/**
 * The wire paths of members that a schema doesn't know, for `CanonicalRequest.unmapped`: schemas are loose so that these survive, and nothing
 * is lost without a word. Null says nothing.
 */
export function unknownMembers(schema: z.ZodObject, value: object, path = ""): string[] {
  return Object.entries(value)
    .filter(([key, each]) => !(key in schema.shape) && each !== undefined && each !== null)
    .slice(0, MOST_UNKNOWN)
    .map(([key]) => fieldPath(path, [key]));
}

/** `messages[3].content` */
export function fieldPath(path: string, more: readonly PropertyKey[]): string {
  let text = path;
  for (const each of more) {
    if (typeof each === "number") text += `[${each}]`;
    else text += text === "" ? String(each) : `.${String(each)}`;
  }
  return text;
}

/** Of a union's branches the one that went furthest says best what is wrong. */
function deepest(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const [first] = issues;
  if (first?.code !== "invalid_union" || first.errors.length === 0) return issues;
  const depth = (branch: readonly z.core.$ZodIssue[]) =>
    branch.reduce((most, each) => Math.max(most, each.path.length), 0);
  const best = first.errors.toSorted((one, other) => depth(other) - depth(one))[0] ?? [];
  if (best.length === 0) return issues;
  return deepest(best).map((each) => ({ ...each, path: [...first.path, ...each.path] }));
}
