import type { ModelConstraints } from "@lyceum/domain";
import { longestExtra, reservedFields } from "./parameter-limits.ts";
import type { Parameters } from "./parameters.ts";

/** Of a model that isn't chosen yet. Written here because the domain's index is too much for a browser. */
export const unbounded: ModelConstraints = { ranges: {}, rejected: [], recommended: {} };

/** Parameters that are one number, in the order they are shown. */
export const numberFields = [
  "temperature",
  "top_p",
  "max_tokens",
  "presence_penalty",
  "frequency_penalty",
  "seed",
] as const;

export type NumberField = (typeof numberFields)[number];

const wholeFields: ReadonlySet<NumberField> = new Set(["max_tokens", "seed"]);

const widest: Partial<Record<NumberField, { minimum: number; maximum: number }>> = {
  temperature: { minimum: 0, maximum: 2 },
  top_p: { minimum: 0, maximum: 1 },
  max_tokens: { minimum: 1, maximum: 10_000_000 },
  presence_penalty: { minimum: -2, maximum: 2 },
  frequency_penalty: { minimum: -2, maximum: 2 },
};

/** The bounds a model sets, or the widest of any vendor. */
export function boundsOf(field: NumberField, constraints: ModelConstraints): { minimum?: number; maximum?: number } {
  return { ...widest[field], ...constraints.ranges[field] };
}

/** What was typed into a field: nothing is `undefined` (not sent); null is what no model takes. */
export function readNumber(field: NumberField, text: string, constraints: ModelConstraints): number | undefined | null {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = boundsOf(field, constraints);
  const isWhole = Number.isSafeInteger(value) || !wholeFields.has(field);
  return Number.isFinite(value) && isWhole && value >= minimum && value <= maximum ? value : null;
}

/** Stop sequences, one a line, with \n and \t as they are written in code. */
export function readStop(text: string): string[] | undefined {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.length === 0 ? undefined : lines.map((line) => line.replaceAll("\\n", "\n").replaceAll("\\t", "\t"));
}

export function writeStop(stop: string[] | undefined): string {
  return (stop ?? []).map((line) => line.replaceAll("\n", "\\n").replaceAll("\t", "\\t")).join("\n");
}

/** Extra JSON as typed; null is what can't be sent. */
export function readExtra(text: string): Parameters["extra"] | null {
  if (text.trim() === "") return undefined;
  if (text.length > longestExtra) return null;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== "object" || read === null || Array.isArray(read)) return null;
    const names = Object.keys(read);
    const isOurs = (name: string) => (reservedFields as readonly string[]).includes(name);
    return names.some((name) => name === "" || name.length > 100 || isOurs(name))
      ? null
      : (read as Parameters["extra"]);
  } catch {
    return null;
  }
}

/** The parameters with one set, or left out where the value is undefined. */
export function withParameter<Name extends keyof Parameters>(
  parameters: Parameters,
  name: Name,
  value: Parameters[Name],
): Parameters {
  const { [name]: _, ...others } = parameters;
  return value === undefined ? (others as Parameters) : { ...parameters, [name]: value };
}
