import { z } from "zod";
import { longestExtra, reservedFields } from "./parameter-limits.ts";

export { reservedFields } from "./parameter-limits.ts";

const reserved: ReadonlySet<string> = new Set(reservedFields);

export const reasoningEfforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/**
 * Parameters of a request. One that is left out is not sent. The widest bounds of any vendor; a model's own are in its constraints.
 * `extra`: further fields of the body; what it shares with the others wins.
 */
export const parametersSchema = z
  .strictObject({
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().min(0).max(1).optional(),
    max_tokens: z.number().int().min(1).max(10_000_000).optional(),
    presence_penalty: z.number().min(-2).max(2).optional(),
    frequency_penalty: z.number().min(-2).max(2).optional(),
    seed: z.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).optional(),
    stop: z.array(z.string().min(1).max(200)).min(1).max(16).optional(),
    reasoning_effort: z.enum(reasoningEfforts).optional(),
    extra: z
      .record(z.string().min(1).max(100), z.json())
      .refine((extra) => Object.keys(extra).every((field) => !reserved.has(field)))
      .refine((extra) => JSON.stringify(extra).length <= longestExtra)
      .optional(),
  })
  // The database keeps no NUL.
  .refine((parameters) => !JSON.stringify(parameters).includes("\\u0000"));

export type Parameters = z.infer<typeof parametersSchema>;
