import {
  fieldPathSchema,
  isEssentialField,
  type ModelConstraints,
  type ParameterName,
  parameterNames,
} from "@lyceum/domain";
import { z } from "zod";

/** A model's constraints as they are typed. */
export type ConstraintText = {
  parameters: Record<ParameterName, { minimum: string; maximum: string; rejected: boolean }>;
  /** Other fields that the model's server refuses, one a line or with commas between. */
  rejected: string;
  /** `temperature = 0.6`, one a line. */
  recommended: string;
};

/** What the form shows of constraints. */
export function constraintText({ ranges, rejected, recommended }: ModelConstraints): ConstraintText {
  const parameter = (name: ParameterName) => ({
    minimum: String(ranges[name]?.minimum ?? ""),
    maximum: String(ranges[name]?.maximum ?? ""),
    rejected: rejected.includes(name),
  });
  return {
    parameters: byParameter(parameter),
    rejected: rejected.filter((field) => !isParameter(field)).join("\n"),
    recommended: Object.entries(recommended)
      .map(([name, value]) => `${name} = ${typeof value === "string" ? JSON.stringify(value) : value}`)
      .join("\n"),
  };
}

const bound = z
  .string()
  .trim()
  .regex(/^(?:[-−]?\d{1,12}(?:\.\d{1,12})?)?$/, "validation.notANumber")
  .transform((text) => (text === "" ? undefined : Number(text.replace("−", "-"))));

const parameter = z
  .object({ minimum: bound, maximum: bound, rejected: z.boolean() })
  .refine(({ minimum, maximum }) => minimum === undefined || maximum === undefined || minimum <= maximum, {
    message: "models.belowMinimum",
    path: ["maximum"],
  });

const fields = z
  .string()
  .max(5_000)
  .transform((text) => text.split(/[\s,，;；]+/).filter((part) => part !== ""))
  .pipe(z.array(fieldPathSchema.catch("")).max(40))
  .refine((names) => !names.includes(""), "models.badField")
  .refine((names) => !names.some(isEssentialField), "models.essentialField");

const recommended = z
  .string()
  .max(5_000)
  .transform((text, context) => {
    const values = readRecommended(text);
    if (values !== null) return values;
    context.addIssue({ code: "custom", message: "models.badRecommended" });
    return z.NEVER;
  });

/** What was typed, as constraints; refused ranges and names say so at their field. */
export const constraintsInput = z
  .object({ parameters: z.object(byParameter(() => parameter)), rejected: fields, recommended })
  .transform(({ parameters, rejected, recommended }): ModelConstraints => {
    const ranges: ModelConstraints["ranges"] = {};
    for (const name of parameterNames) {
      const { minimum, maximum } = parameters[name];
      if (minimum === undefined && maximum === undefined) continue;
      ranges[name] = { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
    }
    const refused = parameterNames.filter((name) => parameters[name].rejected);
    return { ranges, rejected: [...new Set([...refused, ...rejected])], recommended };
  });

/** `name = value` or `name: value`, one a line; or a JSON object, as vendors print it. Null: something is neither. */
function readRecommended(text: string): ModelConstraints["recommended"] | null {
  const json = text.trim().startsWith("{") ? parseObject(text) : undefined;
  if (json === null) return null;
  const pairs: [string, unknown][] =
    json === undefined
      ? text.split(/[\n\r]+/).flatMap((line): [string, unknown][] => {
          if (line.trim() === "") return [];
          const [name = "", ...rest] = line.split(/[=:：]/);
          return [[name.trim().replace(/^"|"$/g, ""), readValue(rest.join(":").trim().replace(/,$/, ""))]];
        })
      : Object.entries(json);
  const read: ModelConstraints["recommended"] = {};
  for (const [name, value] of pairs) {
    const isValue = typeof value === "number" || typeof value === "boolean" || typeof value === "string";
    if (!isValue || value === "" || !fieldPathSchema.safeParse(name).success) return null;
    read[name] = value;
  }
  return read;
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text.slice(0, 200);
    throw error;
  }
}

function parseObject(text: string): object | null {
  const value = readValue(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
}

function byParameter<Value>(make: (name: ParameterName) => Value): Record<ParameterName, Value> {
  return Object.fromEntries(parameterNames.map((name) => [name, make(name)])) as Record<ParameterName, Value>;
}

function isParameter(name: string): name is ParameterName {
  return (parameterNames as readonly string[]).includes(name);
}
