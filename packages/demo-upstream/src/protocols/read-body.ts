import type { z } from "zod";
import { BadCall } from "./protocol.ts";

/** The body as JSON. Throws BadCall. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new BadCall(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `value` as the schema has it; BadCall with the path of the first field that does not fit. */
export function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const { path, message } = first ? deepest(first) : { path: [], message: "invalid" };
  const name = path.join(".");
  throw new BadCall(`${name || "body"}: ${message}`, name);
}

/** A body of this shape. Throws BadCall. */
export function readBody<T extends z.ZodType>(schema: T, body: Buffer): z.output<T> {
  return check(schema, parseJson(body));
}

/** BadCall with `message` unless `condition`. */
export function demand(condition: unknown, message: string, param?: string): asserts condition {
  if (!condition) throw new BadCall(message, param);
}

/** Of alternatives the one that fits furthest is most likely the one meant. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  if (issue.code === "unrecognized_keys") {
    return { path: [...issue.path, ...issue.keys.slice(0, 1)], message: "Extra inputs are not permitted" };
  }
  if (issue.code !== "invalid_union") return { path: issue.path, message: issue.message };
  const within = issue.errors.flatMap((alternative) => alternative.slice(0, 1).map(deepest));
  const [best] = within.sort((a, b) => b.path.length - a.path.length);
  if (!best || best.path.length === 0) return { path: issue.path, message: best?.message ?? issue.message };
  return { path: [...issue.path, ...best.path], message: best.message };
}
