import { z } from "zod";
import { listOf } from "../../json/wire.ts";

// Loose throughout: what these schemas don't know survives, and is forwarded, named as dropped or refused.
// docs.anthropic.com/en/api/messages; the official SDK's types say what is optional.

const cacheControl = z.unknown().optional();

/** Any block: its own schema is chosen by its type. */
export const blockSchema = z.looseObject({ type: z.string() });

export const textBlockSchema = z.looseObject({
  type: z.literal("text"),
  text: z.string(),
  cache_control: cacheControl,
  citations: listOf(z.looseObject({})).nullish(),
});

const sourceSchema = z.looseObject({
  type: z.string(),
  media_type: z.string().optional(),
  data: z.string().optional(),
  url: z.string().optional(),
  content: z.union([z.string(), listOf(blockSchema)]).optional(),
});

export const imageBlockSchema = z.looseObject({
  type: z.literal("image"),
  source: sourceSchema,
  cache_control: cacheControl,
});

export const documentBlockSchema = z.looseObject({
  type: z.literal("document"),
  source: sourceSchema,
  title: z.string().nullish(),
  cache_control: cacheControl,
});

export const searchResultBlockSchema = z.looseObject({
  type: z.literal("search_result"),
  source: z.string(),
  title: z.string(),
  content: listOf(textBlockSchema),
  cache_control: cacheControl,
});

export const toolResultBlockSchema = z.looseObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z.union([z.string(), listOf(blockSchema)]).nullish(),
  is_error: z.boolean().nullish(),
  cache_control: cacheControl,
});

export const thinkingBlockSchema = z.looseObject({
  type: z.literal("thinking"),
  thinking: z.string(),
  signature: z.string().nullish(),
});

export const redactedThinkingBlockSchema = z.looseObject({ type: z.literal("redacted_thinking"), data: z.string() });

export const toolUseBlockSchema = z.looseObject({
  type: z.literal("tool_use"),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()).nullish(),
  cache_control: cacheControl,
  // Who called the tool; nobody but the model can, where no server tool is.
  caller: z.unknown().optional(),
});

export const messageSchema = z.looseObject({
  role: z.enum(["user", "assistant", "system"]),
  content: z.union([z.string(), listOf(blockSchema)]),
});

export const toolSchema = z.looseObject({
  type: z.string().nullish(),
  name: z.string(),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
  cache_control: cacheControl,
});

export const toolChoiceSchema = z.looseObject({
  type: z.enum(["auto", "any", "tool", "none"]),
  name: z.string().nullish(),
  disable_parallel_tool_use: z.boolean().nullish(),
});

export const thinkingSchema = z.looseObject({
  type: z.enum(["enabled", "adaptive", "disabled", "between_tools"]),
  budget_tokens: z.number().int().nullish(),
  display: z.enum(["summarized", "omitted"]).nullish(),
});

const formatSchema = z.looseObject({ type: z.literal("json_schema"), schema: z.unknown() });

export const outputConfigSchema = z.looseObject({
  effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
  format: formatSchema.nullish(),
});

export const metadataSchema = z.looseObject({ user_id: z.string().nullish() });

export const requestSchema = z.looseObject({
  model: z.string(),
  messages: listOf(messageSchema),
  max_tokens: z.number().int().nullish(),
  system: z.union([z.string(), listOf(textBlockSchema)]).nullish(),
  stream: z.boolean().nullish(),
  stop_sequences: listOf(z.string()).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().int().nullish(),
  tools: listOf(toolSchema).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  thinking: thinkingSchema.nullish(),
  output_config: outputConfigSchema.nullish(),
  // The beta's name for output_config.format.
  output_format: formatSchema.nullish(),
  metadata: metadataSchema.nullish(),
});
export type WireRequest = z.infer<typeof requestSchema>;

export const replySchema = z.looseObject({
  type: z.literal("message").optional(),
  id: z.string().nullish(),
  role: z.unknown().optional(),
  content: z.union([z.string(), listOf(z.looseObject({ type: z.string() }))]).nullable(),
  stop_reason: z.string().nullish(),
  stop_sequence: z.string().nullish(),
  usage: z.unknown().optional(),
});
