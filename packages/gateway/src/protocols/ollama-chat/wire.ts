import { z } from "zod";
import { listOf } from "../../json/wire.ts";

// Ollama's docs/api.md, checked against api/types.go. Everything loose: what isn't listed here survives, and is named where it can't go on.

/** Handed on as it is: z.record would make a copy, without members of some names. */
const objectSchema = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);

const toolCallSchema = z.looseObject({
  id: z.string().nullish(),
  type: z.string().nullish(),
  function: z.looseObject({
    index: z.number().nullish(),
    name: z.string(),
    /** An object; clients that think of OpenAI send its JSON text. */
    arguments: z.union([objectSchema, z.string()]).nullish(),
  }),
});

export const messageSchema = z.looseObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string().nullish(),
  thinking: z.string().nullish(),
  images: listOf(z.string()).nullish(),
  tool_calls: listOf(toolCallSchema).nullish(),
  tool_name: z.string().nullish(),
  tool_call_id: z.string().nullish(),
});

export const functionSchema = z.looseObject({
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: z.unknown().optional(),
});

export const toolSchema = z.looseObject({ type: z.string().nullish(), function: functionSchema });

/** Those with a counterpart elsewhere. */
export const optionsSchema = z.looseObject({
  num_predict: z.number().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().nullish(),
  min_p: z.number().nullish(),
  repeat_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  seed: z.number().nullish(),
  stop: z.union([z.string(), listOf(z.string())]).nullish(),
});

const usualFields = {
  model: z.string(),
  stream: z.boolean().nullish(),
  options: optionsSchema.nullish(),
  format: z.union([z.enum(["json", ""]), objectSchema]).nullish(),
  think: z.union([z.boolean(), z.enum(["low", "medium", "high", "max"])]).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
};

export const chatRequestSchema = z.looseObject({
  ...usualFields,
  messages: listOf(messageSchema, 1),
  tools: listOf(toolSchema).nullish(),
});

export const generateRequestSchema = z.looseObject({
  ...usualFields,
  prompt: z.string(),
  system: z.string().nullish(),
  images: listOf(z.string()).nullish(),
  suffix: z.string().nullish(),
  template: z.string().nullish(),
  context: listOf(z.number()).nullish(),
  raw: z.boolean().nullish(),
});

/** What both endpoints take. */
export type WireRequest = z.infer<z.ZodObject<typeof usualFields>>;
export type WireMessage = z.infer<typeof messageSchema>;
export type WireToolCall = z.infer<typeof toolCallSchema>;
export type WireTool = z.infer<typeof toolSchema>;
export type WireOptions = z.infer<typeof optionsSchema>;

/** A line of an answer, or a whole one: `message` from /api/chat, `response` from /api/generate. */
export const replySchema = z.looseObject({
  created_at: z.string().optional().catch(undefined),
  message: z
    .looseObject({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      images: listOf(z.string()).nullish(),
      tool_calls: listOf(toolCallSchema).nullish(),
    })
    .nullish(),
  response: z.string().nullish(),
  thinking: z.string().nullish(),
  tool_calls: listOf(toolCallSchema).nullish(),
  logprobs: listOf(z.looseObject({})).nullish().catch(undefined),
  done: z.boolean().nullish(),
  done_reason: z.string().nullish().catch(undefined),
});
export type WireReply = z.infer<typeof replySchema>;
