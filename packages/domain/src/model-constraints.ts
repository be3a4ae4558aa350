import { z } from "zod";

/** Parameters that a model may bound; named as in OpenAI's body, the most widely known. */
export const parameterNames = [
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "frequency_penalty",
  "presence_penalty",
  "repetition_penalty",
  "seed",
  "max_tokens",
  "n",
] as const;
export type ParameterName = (typeof parameterNames)[number];

// What a call can't be without, or what changes the meaning of the answer if it is lost: the client must hear of it, not a header.
const essentialFields = new Set([
  "model",
  "messages",
  "contents",
  "input",
  "prompt",
  "system",
  "systemInstruction",
  "stream",
  "tools",
  "tool_choice",
  "toolConfig",
  "response_format",
  "text",
  "format",
  "suffix",
]);

/** Whether a field must never be left out of everybody's requests. */
export function isEssentialField(path: string): boolean {
  return essentialFields.has(path);
}

/** A field of a request's body, members of objects by dots. */
export const fieldPathSchema = z.string().regex(/^[A-Za-z_][\w.-]{0,99}$/);

const rangeSchema = z
  .strictObject({ minimum: z.number().optional(), maximum: z.number().optional() })
  .refine(({ minimum, maximum }) => minimum === undefined || maximum === undefined || minimum <= maximum);

/**
 * What a model's own server takes, kept as data with the model. `ranges`: both ends inclusive; a value outside is moved to the nearest end and
 * named to the client. `rejected`: fields that it refuses, by a parameter's name or their path in the upstream's body (`logprobs`,
 * `chat_template_kwargs.enable_thinking`); they are taken out and named. `recommended`: offered to clients, never forced.
 */
export const modelConstraintsSchema = z.strictObject({
  ranges: z.partialRecord(z.enum(parameterNames), rangeSchema).default({}),
  rejected: z.array(fieldPathSchema).max(50).default([]),
  recommended: z.record(fieldPathSchema, z.union([z.number(), z.boolean(), z.string().max(200)])).default({}),
});
export type ModelConstraints = z.infer<typeof modelConstraintsSchema>;

export const noConstraints: ModelConstraints = { ranges: {}, rejected: [], recommended: {} };
